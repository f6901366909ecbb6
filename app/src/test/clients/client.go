// Calls every operation of Slipway's admin API with Ory Kratos' Go client: client URL TOKEN IDENTITY.
// IDENTITY has three sessions.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	ory "github.com/ory/kratos-client-go"
)

var (
	api          ory.IdentityAPI
	background   = context.Background()
	withSessions string
	token        = regexp.MustCompile(`page_token=([^&>]*)`)
)

func email(name string) string { return name + "@go.example.org" }

func body(name string) ory.CreateIdentityBody {
	return *ory.NewCreateIdentityBody("default", map[string]any{"email": email(name)})
}

func expect(found, expected any) {
	if !reflect.DeepEqual(found, expected) {
		panic(fmt.Sprintf("%v instead of %v", found, expected))
	}
}

func ok[T any](value T, response *http.Response, err error) T {
	done(response, err)
	return value
}

func done(_ *http.Response, err error) {
	if e, known := err.(*ory.GenericOpenAPIError); known {
		panic(fmt.Sprintf("%v: %s", err, e.Body()))
	}
	if err != nil {
		panic(err)
	}
}

func rejected(status int, response *http.Response, err error) {
	if err == nil {
		panic("no error")
	}
	expect(response.StatusCode, status)
}

// pages returns the items of all pages, by the tokens in the Link headers.
func pages[T any](call func(token string) ([]T, *http.Response, error)) []T {
	items := []T{}
	for at := ""; ; {
		page, response, err := call(at)
		done(response, err)
		expect(len(page) <= 2, true)
		items = append(items, page...)
		at = ""
		for _, link := range strings.Split(response.Header.Get("Link"), ",") {
			if strings.Contains(link, `rel="next"`) {
				at = token.FindStringSubmatch(link)[1]
			}
		}
		if at == "" {
			return items
		}
	}
}

func ids[T any](items []T, id func(T) string) []string {
	all := []string{}
	for _, item := range items {
		all = append(all, id(item))
	}
	slices.Sort(all)
	return all
}

func identityID(identity ory.Identity) string { return identity.Id }
func sessionID(session ory.Session) string    { return session.Id }

func subjects(id string) []string {
	identity := ok(api.GetIdentity(background, id).IncludeCredential([]string{"oidc"}).Execute())
	found := (*identity.Credentials)["oidc"].Identifiers
	slices.Sort(found)
	return found
}

func main() {
	configuration := ory.NewConfiguration()
	configuration.Servers = ory.ServerConfigurations{{URL: os.Args[1]}}
	configuration.AddDefaultHeader("Authorization", "Bearer "+os.Args[2])
	api = ory.NewAPIClient(configuration).IdentityAPI
	withSessions = os.Args[3]
	identities()
	sessions()
	schemas()
	fmt.Println("go: every operation as expected")
}

func identities() {
	create := body("ada")
	create.MetadataPublic = map[string]any{"n": 1}
	password := "correct horse battery"
	providers := []ory.IdentityWithCredentialsOidcConfigProvider{
		*ory.NewIdentityWithCredentialsOidcConfigProvider("one", "go"),
		*ory.NewIdentityWithCredentialsOidcConfigProvider("two", "go")}
	create.Credentials = &ory.IdentityWithCredentials{
		Password: &ory.IdentityWithCredentialsPassword{
			Config: &ory.IdentityWithCredentialsPasswordConfig{Password: &password}},
		Oidc: &ory.IdentityWithCredentialsOidc{
			Config: &ory.IdentityWithCredentialsOidcConfig{Providers: providers}}}
	ada := ok(api.CreateIdentity(background).CreateIdentityBody(create).Execute())
	expect(ok(api.GetIdentity(background, ada.Id).Execute()).Traits, any(map[string]any{"email": email("ada")}))
	_, response, err := api.CreateIdentity(background).CreateIdentityBody(body("ada")).Execute()
	rejected(409, response, err)
	_, response, err = api.GetIdentity(background, "01890000-0000-7000-8000-000000000000").Execute()
	rejected(404, response, err)

	expect(subjects(ada.Id), []string{"one:go", "two:go"})
	done(api.DeleteIdentityCredentials(background, ada.Id, "oidc").Identifier("one:go").Execute())
	expect(subjects(ada.Id), []string{"two:go"})
	response, err = api.DeleteIdentityCredentials(background, ada.Id, "totp").Execute()
	rejected(404, response, err)

	batch := ory.PatchIdentitiesBody{}
	for _, name := range []string{"batch0", "batch1", "batch2", "batch3", "batch4", "ada"} {
		item := body(name)
		batch.Identities = append(batch.Identities, ory.IdentityPatch{Create: &item})
	}
	created := ok(api.BatchPatchIdentities(background).PatchIdentitiesBody(batch).Execute()).Identities
	all := []string{ada.Id}
	for n, each := range created {
		if n < 5 {
			expect(*each.Action, "create")
			all = append(all, *each.Identity)
		} else {
			expect(*each.Action, "error")
		}
	}
	slices.Sort(all)
	listed := ids(pages(func(token string) ([]ory.Identity, *http.Response, error) {
		request := api.ListIdentities(background).PageSize(2)
		if token != "" {
			request = request.PageToken(token)
		}
		return request.Execute()
	}), identityID)
	expect(len(slices.Compact(slices.Clone(listed))), len(listed))
	for _, each := range all {
		expect(slices.Contains(listed, each), true)
	}
	expect(ids(ok(api.ListIdentities(background).Ids(all).Execute()), identityID), all)
	named := ok(api.ListIdentities(background).CredentialsIdentifier(email("ada")).Execute())
	expect(ids(named, identityID), []string{ada.Id})

	replace, remove, add := ory.NewJsonPatch("replace", "/metadata_public/n"),
		ory.NewJsonPatch("remove", "/metadata_public/n"), ory.NewJsonPatch("add", "/metadata_admin")
	replace.Value, add.Value = 2, map[string]any{"m": 1}
	patch := []ory.JsonPatch{*replace, *remove, *add}
	changed := ok(api.PatchIdentity(background, ada.Id).JsonPatch(patch).Execute())
	expect(changed.MetadataPublic, any(map[string]any{}))
	expect(changed.MetadataAdmin, any(map[string]any{"m": 1.0}))
	replace.Path = "/id"
	_, response, err = api.PatchIdentity(background, ada.Id).JsonPatch([]ory.JsonPatch{*replace}).Execute()
	rejected(400, response, err)
	update := *ory.NewUpdateIdentityBody("default", "inactive", map[string]any{"email": email("lovelace")})
	updated := ok(api.UpdateIdentity(background, ada.Id).UpdateIdentityBody(update).Execute())
	expect(*updated.State, "inactive")
	expect(updated.Traits, any(map[string]any{"email": email("lovelace")}))

	for _, each := range all {
		done(api.DeleteIdentity(background, each).Execute())
	}
	response, err = api.DeleteIdentity(background, ada.Id).Execute()
	rejected(404, response, err)
}

func sessions() {
	found := pages(func(token string) ([]ory.Session, *http.Response, error) {
		request := api.ListIdentitySessions(background, withSessions).PageSize(2)
		if token != "" {
			request = request.PageToken(token)
		}
		return request.Execute()
	})
	expect(len(found), 3)
	all := ids(pages(func(token string) ([]ory.Session, *http.Response, error) {
		request := api.ListSessions(background).PageSize(2)
		if token != "" {
			request = request.PageToken(token)
		}
		return request.Execute()
	}), sessionID)
	for _, each := range found {
		expect(slices.Contains(all, each.Id), true)
	}
	session := ok(api.GetSession(background, found[0].Id).Expand([]string{"identity", "devices"}).Execute())
	expect(*session.Active, true)
	expect(session.Identity.Id, withSessions)
	expect(len(session.Devices), 1)
	expect(ok(api.ExtendSession(background, session.Id).Execute()).Id, session.Id)
	done(api.DisableSession(background, session.Id).Execute())
	expect(*ok(api.GetSession(background, session.Id).Execute()).Active, false)
	expect(len(ok(api.ListIdentitySessions(background, withSessions).Active(true).Execute())), 2)
	done(api.DeleteIdentitySessions(background, withSessions).Execute())
	expect(len(ok(api.ListIdentitySessions(background, withSessions).Execute())), 0)
}

func schemas() {
	all := ok(api.ListIdentitySchemas(background).Execute())
	expect(len(all), 1)
	expect(*all[0].Id, "default")
	_, named := ok(api.GetIdentitySchema(background, "default").Execute())["properties"]
	expect(named, true)
}
