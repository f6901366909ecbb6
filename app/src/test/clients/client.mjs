// Calls every operation of Slipway's admin API with Ory Kratos' TypeScript client:
// client.mjs URL TOKEN IDENTITY. IDENTITY has three sessions and the external ID "typescript".
import { deepStrictEqual as expect, rejects } from "node:assert"
import { Configuration, IdentityApi } from "@ory/kratos-client"

const [basePath, accessToken, withSessions] = process.argv.slice(2)
const api = new IdentityApi(
  new Configuration({ basePath, baseOptions: { headers: { Authorization: `Bearer ${accessToken}` } } }))

const email = (name) => `${name}@typescript.example.org`
const body = (name, more) => ({ schema_id: "default", traits: { email: email(name) }, ...more })
const rejected = (status, call) =>
  rejects(call, (e) => e.response?.status === status, `no ${status}`)

/** The items of all pages, by the tokens in the Link headers. */
async function pages(call, pageSize) {
  const items = []
  for (let pageToken; ; ) {
    const { data, headers } = await call({ pageSize, pageToken })
    expect(data.length <= pageSize, true)
    items.push(...data)
    const next = headers.link.split(",").find((part) => part.includes('rel="next"'))
    if (!next) return items
    pageToken = /page_token=([^&>]*)/.exec(next)[1]
  }
}

const ada = (await api.createIdentity({ createIdentityBody: body("ada", {
  metadata_public: { n: 1 },
  credentials: {
    password: { config: { password: "correct horse battery" } },
    oidc: { config: { providers: ["one", "two"].map((provider) => ({ provider, subject: "typescript" })) } },
  },
}) })).data
const id = ada.id
expect((await api.getIdentity({ id })).data.traits, { email: email("ada") })
expect((await api.getIdentityByExternalID({ externalID: "typescript" })).data.id, withSessions)
await rejected(409, () => api.createIdentity({ createIdentityBody: body("ada") }))
await rejected(404, () => api.getIdentity({ id: "01890000-0000-7000-8000-000000000000" }))

const subjects = async () =>
  (await api.getIdentity({ id, includeCredential: ["oidc"] })).data.credentials.oidc.identifiers.sort()
expect(await subjects(), ["one:typescript", "two:typescript"])
await api.deleteIdentityCredentials({ id, type: "oidc", identifier: "one:typescript" })
expect(await subjects(), ["two:typescript"])
await rejected(404, () => api.deleteIdentityCredentials({ id, type: "totp" }))

const identities = [0, 1, 2, 3, 4].map((n) => ({ create: body(`batch${n}`) }))
const batch = (await api.batchPatchIdentities({
  patchIdentitiesBody: { identities: [...identities, { create: body("ada") }] },
})).data.identities
expect(batch.map((each) => each.action), [...Array(5).fill("create"), "error"])
const ids = [...batch.slice(0, 5).map((each) => each.identity), id]
const listed = (await pages((page) => api.listIdentities(page), 2)).map((each) => each.id)
expect(new Set(listed).size, listed.length)
expect(ids.every((each) => listed.includes(each)), true)
expect((await api.listIdentities({ ids })).data.map((each) => each.id).sort(), [...ids].sort())
expect((await api.listIdentities({ credentialsIdentifier: email("ada") })).data.map((each) => each.id), [id])

const changed = (await api.patchIdentity({ id, jsonPatch: [
  { op: "replace", path: "/metadata_public/n", value: 2 },
  { op: "remove", path: "/metadata_public/n" },
  { op: "add", path: "/metadata_admin", value: { m: 1 } },
] })).data
expect([changed.metadata_public, changed.metadata_admin], [{}, { m: 1 }])
await rejected(400, () => api.patchIdentity({ id, jsonPatch: [{ op: "replace", path: "/id", value: "x" }] }))
const updated = (await api.updateIdentity({ id, updateIdentityBody: body("lovelace", { state: "inactive" }) })).data
expect([updated.state, updated.traits.email], ["inactive", email("lovelace")])

const sessions = await pages((page) => api.listIdentitySessions({ id: withSessions, ...page }), 2)
expect(sessions.length, 3)
const all = (await pages((page) => api.listSessions(page), 2)).map((each) => each.id)
expect(sessions.every((each) => all.includes(each.id)), true)
const session = (await api.getSession({ id: sessions[0].id, expand: ["identity", "devices"] })).data
expect([session.active, session.identity.id, session.devices.length], [true, withSessions, 1])
expect((await api.extendSession({ id: session.id })).data.id, session.id)
await api.disableSession({ id: session.id })
expect((await api.getSession({ id: session.id })).data.active, false)
expect((await api.listIdentitySessions({ id: withSessions, active: true })).data.length, 2)
await api.deleteIdentitySessions({ id: withSessions })
expect((await api.listIdentitySessions({ id: withSessions })).data, [])

expect((await api.listIdentitySchemas()).data.map((each) => each.id), ["default"])
expect("properties" in (await api.getIdentitySchema({ id: "default" })).data, true)

await Promise.all(ids.map((each) => api.deleteIdentity({ id: each })))
await rejected(404, () => api.deleteIdentity({ id }))
console.log("typescript: every operation as expected")
