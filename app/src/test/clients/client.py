"""Calls every operation of Slipway's admin API with Ory Kratos' Python client: client.py URL TOKEN IDENTITY.

IDENTITY has three sessions and the external ID "python".
"""
import sys

import ory_kratos_client as ory

url, token, with_sessions = sys.argv[1:]
api = ory.IdentityApi(ory.ApiClient(ory.Configuration(host=url, access_token=token), 'Authorization', 'Bearer ' + token))


def email(name):
    return name + '@python.example.org'


def body(name, **members):
    return ory.CreateIdentityBody(schema_id='default', traits={'email': email(name)}, **members)


def expect(found, expected):
    if found != expected:
        raise AssertionError('%r instead of %r' % (found, expected))


def rejected(status, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except ory.ApiException as e:
        return expect(e.status, status)
    raise AssertionError('no %d' % status)


def pages(call, size):
    """The items of all pages, by the tokens in the Link headers."""
    items, token = [], None
    while True:
        answer = call(page_size=size, **({'page_token': token} if token else {}))
        expect(len(answer.data) <= size, True)
        items += answer.data
        following = [part for part in answer.headers['Link'].split(',') if 'rel="next"' in part]
        if not following:
            return items
        token = following[0].split('page_token=')[1].split('&')[0].split('>')[0]


ada = api.create_identity(body('ada', metadata_public={'n': 1}, credentials=ory.IdentityWithCredentials(
    password=ory.IdentityWithCredentialsPassword(
        config=ory.IdentityWithCredentialsPasswordConfig(password='correct horse battery')),
    oidc=ory.IdentityWithCredentialsOidc(config=ory.IdentityWithCredentialsOidcConfig(providers=[
        ory.IdentityWithCredentialsOidcConfigProvider(provider=each, subject='python') for each in ('one', 'two')])))))
expect(api.get_identity(ada.id).traits, {'email': email('ada')})
expect(api.get_identity_by_external_id('python').id, with_sessions)
rejected(409, api.create_identity, body('ada'))
rejected(404, api.get_identity, '01890000-0000-7000-8000-000000000000')

subjects = api.get_identity(ada.id, include_credential=['oidc']).credentials['oidc'].identifiers
expect(sorted(subjects), ['one:python', 'two:python'])
api.delete_identity_credentials(ada.id, 'oidc', identifier='one:python')
expect(api.get_identity(ada.id, include_credential=['oidc']).credentials['oidc'].identifiers, ['two:python'])
rejected(404, api.delete_identity_credentials, ada.id, 'totp')

created = api.batch_patch_identities(ory.PatchIdentitiesBody(identities=[
    ory.IdentityPatch(create=body('batch%d' % n)) for n in range(5)] + [ory.IdentityPatch(create=body('ada'))]))
expect([each.action for each in created.identities], ['create'] * 5 + ['error'])
ids = [each.identity for each in created.identities[:5]] + [ada.id]
listed = [each.id for each in pages(api.list_identities_with_http_info, 2)]
expect(len(listed), len(set(listed)))
expect(set(ids) <= set(listed), True)
expect({each.id for each in api.list_identities(ids=ids)}, set(ids))
expect([each.id for each in api.list_identities(credentials_identifier=email('ada'))], [ada.id])

changed = api.patch_identity(ada.id, [
    ory.JsonPatch(op='replace', path='/metadata_public/n', value=2), ory.JsonPatch(op='remove', path='/metadata_public/n'),
    ory.JsonPatch(op='add', path='/metadata_admin', value={'m': 1})])
expect((changed.metadata_public, changed.metadata_admin), ({}, {'m': 1}))
rejected(400, api.patch_identity, ada.id, [ory.JsonPatch(op='replace', path='/id', value='x')])
updated = api.update_identity(ada.id, ory.UpdateIdentityBody(
    schema_id='default', state='inactive', traits={'email': email('lovelace')}))
expect((updated.state, updated.traits['email']), ('inactive', email('lovelace')))

sessions = pages(lambda **page: api.list_identity_sessions_with_http_info(with_sessions, **page), 2)
expect(len(sessions), 3)
expect(set(each.id for each in sessions) <= set(each.id for each in pages(api.list_sessions_with_http_info, 2)), True)
session = api.get_session(sessions[0].id, expand=['identity', 'devices'])
expect((session.active, session.identity.id, len(session.devices)), (True, with_sessions, 1))
expect(api.extend_session(session.id).id, session.id)
api.disable_session(session.id)
expect(api.get_session(session.id).active, False)
expect(len(api.list_identity_sessions(with_sessions, active=True)), 2)
api.delete_identity_sessions(with_sessions)
expect(api.list_identity_sessions(with_sessions), [])

expect([each.id for each in api.list_identity_schemas()], ['default'])
expect('properties' in api.get_identity_schema('default'), True)

for each in ids:
    api.delete_identity(each)
rejected(404, api.delete_identity, ada.id)
print('python: every operation as expected')
