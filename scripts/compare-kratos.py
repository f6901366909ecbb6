#!/usr/bin/env python3
"""Sends the same requests to Slipway and to Ory Kratos, and compares the statuses of the responses.

compare-kratos.py [-v]

Environment:
  KRATOS       the program (default: built from the Go module github.com/ory/kratos; needs Go and a C compiler)
  SLIPWAY      the program (default: app/target/slipway/bin/slipway)

Exits 0 if the differences are exactly those of DIFFERENCES, and docs/identities.md explains each of these.
"""
import base64, json, os, re, shutil, socket, sqlite3, subprocess, sys, tempfile, time, urllib.error, urllib.request, uuid

VERSION = 'v1.3.1'
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NONE = '01890000-0000-7000-8000-000000000000'
BCRYPT = '$2a$04$abcdefghijklmnopqrstuuqdmmPDs1WGoZ0pVvYvVQzJPbnVrzBW6'

# The start of an item in docs/identities.md, and the requests that show this difference.
DIFFERENCES = [
    ('A body needs the header', r'^\w+ (no type|text) '),
    ('A path has no trailing slash', r'^GET \S+/$|^DELETE /admin/sessions$'),
    ('Invalid items of a batch', r'^PATCH /admin/identities \{"identities": \[\{"create": \{'),
    ('`PATCH` takes all operations', r'"op": "(test|move|copy)"'),
    ('Read-only members', r'^PATCH .*"path": "/(credentials|created_at|updated_at|state_changed_at|schema_url|\w+_addresses)'),
    ('An address belongs to one identity', r'recovery_addresses": \[\{"value": "ada@'),
    ('Values of a list may be separated by commas', r'[?&](include_credential|ids|expand)='),
    ('Unknown members and query parameters', r'nothing|(organization_id|similar)=|/admin/sessions\?(page|per_page)=|"oidc": \{"config": \{"config"|^PUT .*"(id|verifiable_addresses)": '),
    ('Lists have pages by tokens', r'[?&](page|page_size|page_token)='),
    ('Values without a meaning', r'"(both|hookpw|oidc3|oidc4|ver4|ver5|ver6|ver8|rec3|dup1)@| (null|\{"identities": \[\{("create": null)?\}\]\})$'
                                 r'|"remove", "path": "/traits"\}|"replace", "path": "/state"\}')]
# Requests that Kratos 1.3.1 does not know, with the status that the OpenAPI documents of newer clients name.
NEWER = [
    ('POST', '/admin/identities', {'schema_id': 'default', 'traits': {'email': 'new@example.com'}, 'external_id': 'crm-1'}, 201),
    ('POST', '/admin/identities', {'schema_id': 'default', 'traits': {'email': 'saml@example.com'}, 'credentials': {
        'saml': {'config': {'providers': [{'provider': 'okta', 'subject': '1', 'organization': NONE}]}}}}, 201),
    ('POST', '/admin/identities', {'schema_id': 'default', 'traits': {'email': 'auto@example.com'}, 'credentials': {
        'oidc': {'config': {'providers': [{'provider': 'x', 'subject': '1', 'use_auto_link': True}]}}}}, 201),
    ('GET', '/admin/identities/by/external/crm-1', None, 200),
    ('GET', '/admin/identities/by/external/none', None, 404),
    ('GET', '/admin/identities?include_credential=saml', None, 200),
    ('POST', '/admin/sessions', {'action': 'disable', 'sessions': [NONE]}, 204),
    ('POST', '/admin/sessions', {'action': 'delete', 'identities': [NONE]}, 204),
    ('POST', '/admin/sessions', {'action': 'delete', 'identities': ['*']}, 204),
    ('POST', '/admin/sessions', {'action': 'delete', 'sessions': ['*']}, 400),
    ('POST', '/admin/sessions', {'action': 'delete', 'identities': ['*', NONE]}, 400),
    ('POST', '/admin/sessions', {'action': 'delete', 'identities': [NONE], 'sessions': [NONE]}, 400),
    ('POST', '/admin/sessions', {'action': 'delete'}, 400),
    ('POST', '/admin/sessions', {'action': 'none', 'sessions': [NONE]}, 400)]


def main():
    work = tempfile.mkdtemp()
    processes = []
    try:
        servers = [start(name, work, processes) for name in ('kratos', 'slipway')]
        found = compare(servers, '-v' in sys.argv)
        newer = ['%s %s %s: %d instead of %d' % (method, path, body, status, expected)
                 for method, path, body, expected in NEWER
                 for status in [servers[1].ask(method, path, body)[0]] if status != expected]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        shutil.rmtree(work)
    sys.exit(report(found, newer))


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def start(name, work, processes):
    """Starts a server with an empty SQLite database; returns it when it is ready."""
    port, database = free_port(), os.path.join(work, name + '.db')
    log = open(os.path.join(work, name + '.log'), 'w')
    env = dict(os.environ, DSN='sqlite://%s?_fk=true' % database)
    if name == 'slipway':
        program = os.environ.get('SLIPWAY', os.path.join(TOP, 'app/target/slipway/bin/slipway'))
        env.update(SERVE_ADMIN_HOST='127.0.0.1', SERVE_ADMIN_PORT=str(port), HASHERS_BCRYPT_COST='4',
                   SERVE_DRAIN_DELAY='0')
        command = [program, 'serve', '--migrate']
    else:
        program = os.environ.get('KRATOS') or built()
        config = os.path.join(work, 'kratos.json')
        public = free_port()
        schema = os.path.join(TOP, 'app/src/main/resources/identity.schema.json')
        with open(config, 'w') as f:
            json.dump({
                'dsn': env['DSN'],
                'serve': {'admin': {'host': '127.0.0.1', 'port': port}, 'public': {'host': '127.0.0.1', 'port': public}},
                'identity': {'default_schema_id': 'default', 'schemas': [{'id': 'default', 'url': 'file://' + schema}]},
                'selfservice': {'default_browser_return_url': 'http://127.0.0.1/'},
                'courier': {'smtp': {'connection_uri': 'smtp://a:b@127.0.0.1:1025/'}},
                'hashers': {'algorithm': 'bcrypt', 'bcrypt': {'cost': 4}}, 'log': {'level': 'error'}}, f)
        subprocess.run([program, 'migrate', 'sql', '-e', '--yes', '-c', config], env=env, check=True, stdout=log, stderr=log)
        command = [program, 'serve', '-c', config, '--dev']
    processes.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))
    server = Server(name, 'http://127.0.0.1:%d' % port, database)
    for _ in range(300):
        if server.ask('GET', '/admin/health/ready')[0] == 200:
            return server
        time.sleep(0.1)
    sys.exit('compare-kratos: %s does not start: %s' % (name, open(log.name).read()[-2000:]))


def built():
    """Builds Kratos once into the cache."""
    cache = os.path.join(os.environ.get('XDG_CACHE_HOME', os.path.expanduser('~/.cache')), 'slipway/kratos-' + VERSION)
    program = os.path.join(cache, 'kratos')
    if not os.path.exists(program):
        os.makedirs(cache, exist_ok=True)
        fetched = subprocess.run(['go', 'mod', 'download', '-json', 'github.com/ory/kratos@' + VERSION],
                                 cwd=cache, check=True, stdout=subprocess.PIPE)
        with tempfile.TemporaryDirectory() as source:
            subprocess.run(['cp', '-r', json.loads(fetched.stdout)['Dir'] + '/.', source], check=True)
            subprocess.run(['chmod', '-R', 'u+w', source], check=True)
            # The module lacks the folder of this nested module.
            subprocess.run(['sed', '-i', '/=> .\\/internal\\/client-go/d', source + '/go.mod'], check=True)
            subprocess.run(['go', 'build', '-mod=mod', '-tags', 'sqlite', '-o', program, '.'], cwd=source, check=True)
    return program


class Server:
    def __init__(self, name, url, database):
        self.name, self.url, self.database, self.ids = name, url, database, {}

    def ask(self, method, path, body=None, content_type='application/json'):
        """The status and the body of a response; names in braces stand for ids."""
        text = body if isinstance(body, (bytes, type(None))) else self.fill(json.dumps(body)).encode()
        request = urllib.request.Request(self.url + self.fill(path), text, method=method)
        if content_type:
            request.add_header('Content-Type', content_type)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()
        except OSError:
            return 0, b''

    def fill(self, text):
        for name, value in self.ids.items():
            text = text.replace('<%s>' % name, value)
        return text

    def sessions(self, identity, count):
        """Writes sessions into the database, as a service that signs users in does."""
        with sqlite3.connect(self.database, timeout=10) as c:
            for n in range(count):
                session = str(uuid.UUID(int=(0x01900000 << 96) + n + 1))
                active = n != 2
                expires = '2020-01-01T00:00:00.000000Z' if n == 1 else '2099-01-01T00:00:00.000000Z'
                created = '2026-01-0%dT00:00:00.000000Z' % (n + 1)
                columns = dict(id=session, identity_id=self.ids[identity], active=active, token='token%d' % n,
                               logout_token='logout%d' % n, aal='aal1', issued_at=created, authenticated_at=created,
                               expires_at=expires, created_at=created, updated_at=created,
                               authentication_methods='[{"method":"password","aal":"aal1"}]')
                if self.name == 'kratos':
                    columns['nid'] = c.execute('SELECT id FROM networks').fetchone()[0]
                    columns = {k: v.replace('T', ' ').replace('Z', '') if k.endswith('_at') else v for k, v in columns.items()}
                c.execute('INSERT INTO sessions (%s) VALUES (%s)' % (','.join(columns), ','.join('?' * len(columns))),
                          list(columns.values()))
                self.ids['s%d' % n] = session

    def credential(self, identity, kind, config, identifiers=()):
        """Writes a credential that no request can import."""
        with sqlite3.connect(self.database, timeout=10) as c:
            who, now = self.ids[identity], '2026-01-01 00:00:00'
            if self.name == 'kratos':
                nid = c.execute('SELECT id FROM networks').fetchone()[0]
                typed = c.execute('SELECT id FROM identity_credential_types WHERE name = ?', [kind]).fetchone()[0]
                row = str(uuid.uuid4())
                c.execute('INSERT INTO identity_credentials (id, identity_id, identity_credential_type_id, config, nid, created_at, updated_at)'
                          ' VALUES (?, ?, ?, ?, ?, ?, ?)', [row, who, typed, json.dumps(config), nid, now, now])
                for each in identifiers:
                    c.execute('INSERT INTO identity_credential_identifiers (id, identifier, identity_credential_id, identity_credential_type_id,'
                              ' nid, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)', [str(uuid.uuid4()), each, row, typed, nid, now, now])
            else:
                now = '2026-01-01T00:00:00.000000Z'
                c.execute('INSERT INTO identity_credentials (identity_id, credential_type, config, created_at, updated_at)'
                          ' VALUES (?, ?, ?, ?, ?)', [who, kind, json.dumps(config), now, now])
                for each in identifiers:
                    c.execute('INSERT INTO identity_credential_identifiers (identity_id, identifier, credential_type, created_at, updated_at)'
                              ' VALUES (?, ?, ?, ?, ?)', [who, each, kind, now, now])


def person(name, **more):
    return dict({'schema_id': 'default', 'traits': {'email': name + '@example.com'}}, **more)


def password(**config):
    return {'password': {'config': config}}


def providers(kind, *subjects):
    return {kind: {'config': {'providers': [{'provider': 'google', 'subject': s} for s in subjects]}}}


IDENTITIES, ADA, SESSIONS = '/admin/identities', '/admin/identities/<ada>', '/admin/sessions'


def cases():
    """Method, path, body, and a name for the id of the created identity; the order counts."""
    for body, name in [
            (person('ada'), 'ada'), (person('ada'), None), (person('ADA'), None), (person('kay', state='inactive'), 'kay'),
            (person('s1', state='gone'), None), (person('s2', state=''), None), (person('s3', state=None), None),
            ({'traits': {'email': 'noschema@example.com'}}, None), ({'schema_id': '', 'traits': {'email': 'empty@example.com'}}, None),
            ({'schema_id': 'none', 'traits': {'email': 'x@example.com'}}, None), ({'schema_id': 'default'}, None),
            ({'schema_id': 'default', 'traits': None}, None), ({'schema_id': 'default', 'traits': []}, None),
            ({'schema_id': 'default', 'traits': 'x'}, None), ({'schema_id': 'default', 'traits': {}}, None),
            ({'schema_id': 'default', 'traits': {'email': 1}}, None), ({'schema_id': 'default', 'traits': {'email': 'no address'}}, None),
            (person('extra', traits={'email': 'extra@example.com', 'age': 1}), None),
            (person('named', traits={'email': 'named@example.com', 'name': {'first': 'A', 'last': 'B'}}), None),
            (person('unknown', nothing=1), None), (person('withid', id=NONE), None),
            (person('created', created_at='2020-01-01T00:00:00Z'), None), (person('url', schema_url='x'), None),
            (person('pub', metadata_public={'a': 1}), None), (person('adm', metadata_admin=[1, 'x']), None),
            (person('txt', metadata_public='text'), None), (person('nul', metadata_public=None, metadata_admin=None), None),
            (person('pw', credentials=password(password='correct horse battery')), 'pw'),
            (person('hash', credentials=password(hashed_password=BCRYPT)), None),
            (person('badhash', credentials=password(hashed_password='nonsense')), None),
            (person('nopw', credentials={'password': {'config': {}}}), None), (person('nocfg', credentials={'password': {}}), None),
            (person('both', credentials=password(password='x', hashed_password=BCRYPT)), None),
            (person('hook', credentials=password(use_password_migration_hook=True)), None),
            (person('hookpw', credentials=password(use_password_migration_hook=True, password='x')), None),
            (person('nocreds', credentials={}), None), (person('nullcreds', credentials=None), None),
            (person('oidc', credentials=providers('oidc', '1', '2')), 'oidc'), (person('oidc2', credentials=providers('oidc', '1')), None),
            (person('oidc0', credentials=providers('oidc')), None), (person('oidcx', credentials={'oidc': {'config': {}}}), None),
            (person('oidc3', credentials={'oidc': {'config': {'providers': [{'provider': 'google'}]}}}), None),
            (person('oidc4', credentials={'oidc': {'config': {'providers': [{'subject': '9'}]}}}), None),
            (person('oidc5', credentials={'oidc': {'config': {'providers': [{'provider': 'g', 'subject': '7', 'nothing': 1}]}}}), None),
            (person('oidc6', credentials={'oidc': {'config': {'config': {'password': 'x'}, 'providers': [{'provider': 'g', 'subject': '8'}]}}}), None),
            (person('credx', credentials={'nothing': {}}), None), (person('totp', credentials={'totp': {'config': {}}}), None),
            (person('ver', verifiable_addresses=[{'value': 'ver@example.com', 'via': 'email', 'verified': True, 'status': 'completed'}]), 'ver'),
            (person('ver2', verifiable_addresses=[{'value': 'VER2@example.com', 'via': 'email', 'verified': True}]), None),
            (person('ver3', verifiable_addresses=[{'value': 'other3@example.com', 'via': 'email', 'verified': True, 'status': 'completed'}]), None),
            (person('ver4', verifiable_addresses=[{'value': 'ver4@example.com', 'via': 'pigeon'}]), None),
            (person('ver5', verifiable_addresses=[{'value': 'ver5@example.com'}]), None),
            (person('ver6', verifiable_addresses=[{}]), None), (person('ver7', verifiable_addresses=[]), None),
            (person('ver8', verifiable_addresses=[{'value': 'ver8@example.com', 'via': 'email', 'status': 'nonsense'}]), None),
            (person('rec', recovery_addresses=[{'value': 'rec@example.com', 'via': 'email'}]), None),
            (person('rec2', recovery_addresses=[{'value': 'ada@example.com', 'via': 'email'}]), None),
            (person('rec3', recovery_addresses=[{'value': 'rec3@example.com', 'via': 'x'}]), None)]:
        yield 'POST', IDENTITIES, body, name
    for body in (b'', b'{', b'[]', b'null', b'"x"', b'1', b'{}', b'{} {}', b'\xff', b'{"schema_id":"default","traits":{"email":"dup1@example.com"},"traits":{"email":"dup2@example.com"}}'):
        yield 'POST', IDENTITIES, body, None
    yield 'POST', IDENTITIES + '?nothing=1', person('query'), None
    yield 'POST no type', IDENTITIES, person('notype'), None
    yield 'POST text', IDENTITIES, person('text'), None

    for path in (ADA, IDENTITIES + '/' + NONE, IDENTITIES + '/x', ADA + '?include_credential=password', ADA + '?include_credential=nothing',
                 ADA + '?include_credential=', ADA + '?include_credential=password&include_credential=oidc', ADA + '?include_credential=password,oidc',
                 IDENTITIES + '/<oidc>?include_credential=oidc', ADA + '?nothing=1', ADA + '/', IDENTITIES + '/', ADA + '/credentials',
                 ADA + '?include_credential=code', ADA + '?include_credential=totp', ADA + '?include_credential=webauthn'):
        yield 'GET', path, None, None
    for query in ('', 'page_size=1', 'page_size=250', 'page_size=500', 'page_size=1000', 'page_size=1001', 'page_size=5000', 'page_size=0',
                  'page_size=-1', 'page_size=x', 'page_size=', 'page_size=1.5', 'page_size=99999999999', 'per_page=2', 'per_page=0', 'per_page=5000', 'per_page=x',
                  'page=1', 'page=0', 'page=2', 'page=x', 'page=-1', 'page=1&per_page=2', 'page=2&per_page=2', 'page=11&per_page=100', 'page_token=', 'page_token=x',
                  'page_token=' + NONE, 'page_token=' + base64.b64encode(NONE.encode()).decode(), 'page_size=2&page=3',
                  'credentials_identifier=ada@example.com', 'credentials_identifier=ADA@example.com', 'credentials_identifier=nobody',
                  'credentials_identifier=', 'credentials_identifier=google:1', 'credentials_identifier=ada@example.com&page_size=1',
                  'preview_credentials_identifier_similar=ada', 'credentials_identifier=a&preview_credentials_identifier_similar=b',
                  'consistency=strong', 'consistency=eventual', 'consistency=x', 'ids=<ada>', 'ids=<ada>&ids=<kay>', 'ids=' + NONE, 'ids=x', 'ids=',
                  'nothing=1', 'organization_id=' + NONE, 'organization_id=x', 'include_credential=password'):
        yield 'GET', IDENTITIES + '?' + query, None, None

    for body in (person('ada', state='active'), person('ada', state='inactive'), person('ada', state='gone'), person('ada', state=''), person('ada'),
                 {'traits': {'email': 'ada@example.com'}}, {'schema_id': 'default', 'state': 'active'}, person('kay', state='active'),
                 person('ada', state='active', nothing=1), person('ada', state='active', schema_id='none'), person('ada', state='active', id=NONE),
                 person('ada', state='active', metadata_public={'a': 1}), person('ada', state='active', credentials=password(password='new one')),
                 person('ada', state='active', credentials=password(hashed_password='x')), person('ada', state='active', credentials={}),
                 person('ada', state='active', traits={'email': 'ada@example.com', 'x': 1}), person('ada', state='active', verifiable_addresses=[]), b'', b'{', b'[]', b'null'):
        yield 'PUT', ADA, body, None
    yield 'PUT', IDENTITIES + '/' + NONE, person('new', state='active'), None
    yield 'PUT', IDENTITIES + '/x', person('new', state='active'), None
    yield 'PUT', IDENTITIES, person('new', state='active'), None
    yield 'PUT no type', ADA, person('ada', state='active'), None

    def op(op, path, **more):
        return [dict({'op': op, 'path': path}, **more)]
    for body in (op('replace', '/state', value='inactive'), op('replace', '/state', value='gone'), op('replace', '/state', value='active'),
                 op('replace', '/traits/email', value='ada@example.com'), op('replace', '/traits/email', value='kay@example.com'),
                 op('replace', '/traits/email', value=1), op('add', '/traits/name', value={'first': 'Ada'}), op('remove', '/traits/name'),
                 op('add', '/traits/name/first', value='Ada'), op('remove', '/traits/name'),
                 op('add', '/metadata_public/a', value=1), op('add', '/metadata_public/b/c', value=1), op('add', '/metadata_admin/a/b/c', value=1),
                 op('add', '/metadata_public', value={'a': [1]}), op('add', '/metadata_public/a/-', value=2), op('add', '/metadata_public/a/9', value=2),
                 op('replace', '/metadata_public/none', value=1), op('remove', '/metadata_public/none'), op('remove', '/metadata_public'),
                 op('replace', '/metadata_admin', value=None), op('test', '/state', value='active'), op('test', '/state', value='inactive'), op('test', '/none', value=1),
                 op('move', '/metadata_public', **{'from': '/metadata_admin'}), op('copy', '/metadata_admin', **{'from': '/metadata_public'}),
                 op('copy', '/metadata_admin', **{'from': '/none'}), op('replace', '/id', value=NONE), op('replace', '/credentials', value={}),
                 op('add', '/credentials/password', value={}), op('replace', '/schema_id', value='none'), op('replace', '/schema_id', value='default'),
                 op('replace', '/created_at', value='2020-01-01T00:00:00Z'), op('replace', '/updated_at', value='2020-01-01T00:00:00Z'),
                 op('replace', '/state_changed_at', value='2020-01-01T00:00:00Z'), op('replace', '/schema_url', value='x'), op('add', '/nothing', value=1),
                 op('replace', '/verifiable_addresses/0/verified', value=True), op('replace', '/verifiable_addresses/0/value', value='x@example.com'),
                 op('replace', '/recovery_addresses/0/value', value='x@example.com'), op('remove', '/verifiable_addresses/0'),
                 op('nothing', '/state'), op('replace', 'state', value='active'), op('replace', '/state'), [{'op': 'replace'}], [], {}, b'', b'{', b'null', [1],
                 op('replace', '/traits', value={'email': 'ada@example.com'}), op('replace', '', value={}), op('remove', '/state'), op('remove', '/traits')):
        yield 'PATCH', ADA, body, None
    yield 'PATCH', IDENTITIES + '/' + NONE, op('replace', '/state', value='active'), None
    yield 'PATCH', IDENTITIES + '/x', op('replace', '/state', value='active'), None
    yield 'PATCH no type', ADA, op('replace', '/state', value='active'), None

    for body in ({'identities': [{'create': person('b1')}, {'create': person('b2'), 'patch_id': NONE}]}, {'identities': [{'create': person('ada')}]},
                 {'identities': []}, {}, {'identities': [{}]}, {'identities': [{'create': None}]}, {'identities': [{'create': person('b3', traits={})}]},
                 {'identities': [{'create': person('b4', state='gone')}]}, {'identities': [{'create': person('b5', nothing=1)}]},
                 {'identities': [{'create': person('b6'), 'patch_id': 'x'}]}, {'nothing': 1}, {'identities': None}, {'identities': {}}, b'', b'{', b'[]', b'null',
                 {'identities': [{'create': person('b7')}, {'create': person('b7')}]}, {'identities': [{'create': person('b8'), 'nothing': 1}]},
                 {'identities': [{'create': person('b9', credentials=password(hashed_password='x'))}]}, {'identities': [{'create': person('many%d' % i)} for i in range(3)]}):
        yield 'PATCH', IDENTITIES, body, None

    for path in ('/schemas', '/schemas/default', '/schemas/ZGVmYXVsdA', '/schemas/none', '/schemas?page_size=1', '/schemas?page_size=0', '/schemas?page_size=5000',
                 '/schemas?page_size=x', '/schemas?page=1', '/schemas?page=2', '/schemas?page=x', '/schemas?per_page=1', '/schemas?page_token=x', '/schemas?page_token=',
                 '/schemas?nothing=1', '/admin/schemas', '/admin/schemas/default', '/admin/schemas/none', '/version', '/admin/version',
                 '/health/alive', '/health/ready', '/admin/health/alive', '/admin/health/ready'):
        yield 'GET', path, None, None

    yield 'sessions', 'kay', 5, None
    for path in [SESSIONS + '?' + q for q in (
            '', 'active=true', 'active=false', 'active=1', 'active=x', 'active=', 'active=True', 'expand=identity', 'expand=Identity', 'expand=devices', 'expand=Devices', 'expand=x', 'expand=',
            'expand=identity&expand=devices', 'expand=identity,devices', 'page_size=2', 'page_size=0', 'page_size=5000', 'page_size=x', 'page_token=x', 'page_token=', 'nothing=1', 'page=1', 'per_page=1')] + [
            SESSIONS + '/<s0>', SESSIONS + '/<s1>', SESSIONS + '/<s2>', SESSIONS + '/<s0>?expand=identity', SESSIONS + '/<s0>?expand=Devices', SESSIONS + '/<s0>?expand=x',
            SESSIONS + '/' + NONE, SESSIONS + '/x', SESSIONS + '/<s0>?nothing=1', IDENTITIES + '/<kay>/sessions', ADA + '/sessions', IDENTITIES + '/' + NONE + '/sessions',
            IDENTITIES + '/x/sessions'] + [IDENTITIES + '/<kay>/sessions?' + q for q in (
            'active=true', 'active=false', 'active=x', 'page=1', 'page=2', 'page=x', 'per_page=1', 'per_page=5000', 'per_page=0', 'page_size=2', 'page_token=', 'page_token=x', 'nothing=1')]:
        yield 'GET', path, None, None
    for path in ('<s0>', '<s1>', '<s2>', NONE, 'x'):
        yield 'PATCH', SESSIONS + '/' + path + '/extend', None, None
    for path in ('<s0>', '<s0>', NONE, 'x'):
        yield 'DELETE', SESSIONS + '/' + path, None, None
    yield 'PATCH', SESSIONS + '/<s0>/extend', None, None
    for path in ('<kay>', '<kay>', NONE, 'x'):
        yield 'DELETE', IDENTITIES + '/' + path + '/sessions', None, None
    yield 'DELETE', SESSIONS, None, None

    yield 'credential', 'ada', ('totp', {'totp_url': 'otpauth://x'}), None
    yield 'credential', 'ada', ('lookup_secret', {'recovery_codes': [{'code': 'x'}]}), None
    yield 'credential', 'kay', ('webauthn', {'credentials': [{'id': 'YQ==', 'is_passwordless': True}, {'id': 'Yg==', 'is_passwordless': False}]}), None
    yield 'credential', 'kay', ('passkey', {'credentials': [{'id': 'YQ=='}], 'user_handle': 'YQ=='}), None
    for path in (ADA + '/credentials/totp', ADA + '/credentials/totp', ADA + '/credentials/lookup_secret', ADA + '/credentials/lookup_secret',
                 ADA + '/credentials/password', ADA + '/credentials/code', ADA + '/credentials/oidc', ADA + '/credentials/nothing', ADA + '/credentials/webauthn',
                 ADA + '/credentials/passkey', ADA + '/credentials/profile', ADA + '/credentials/', IDENTITIES + '/<kay>/credentials/webauthn', IDENTITIES + '/<kay>/credentials/webauthn',
                 IDENTITIES + '/<kay>/credentials/passkey', IDENTITIES + '/' + NONE + '/credentials/totp', IDENTITIES + '/x/credentials/totp',
                 IDENTITIES + '/<oidc>/credentials/oidc', IDENTITIES + '/<oidc>/credentials/oidc?identifier=', IDENTITIES + '/<oidc>/credentials/oidc?identifier=google:9',
                 IDENTITIES + '/<oidc>/credentials/oidc?identifier=google', IDENTITIES + '/<oidc>/credentials/oidc?identifier=google:1', IDENTITIES + '/<oidc>/credentials/oidc?identifier=google:1',
                 IDENTITIES + '/<oidc>/credentials/oidc?identifier=google:2', IDENTITIES + '/<oidc>/credentials/oidc?identifier=google:2', IDENTITIES + '/<pw>/credentials/password'):
        yield 'DELETE', path, None, None
    for path in (IDENTITIES + '/<pw>', IDENTITIES + '/<pw>', IDENTITIES + '/' + NONE, IDENTITIES + '/x', IDENTITIES):
        yield 'DELETE', path, None, None


def compare(servers, verbose):
    found, number = {}, 0
    for method, path, body, name in cases():
        if method in ('sessions', 'credential'):
            for server in servers:
                getattr(server, 'sessions' if method == 'sessions' else 'credential')(path, *(body if isinstance(body, tuple) else (body,)))
            continue
        number += 1
        verb, _, kind = method.partition(' ')
        answers = [s.ask(verb, path, body, {'': 'application/json', 'no type': None, 'text': 'text/plain'}[kind]) for s in servers]
        if name:
            for server, (_, text) in zip(servers, answers):
                server.ids[name] = json.loads(text)['id']
        statuses = [status for status, _ in answers]
        text = body.decode('latin1') if isinstance(body, bytes) else '' if body is None else json.dumps(body)
        key = ('%s %s %s' % (method, path, text)).strip()
        if key in found:
            key += ' (again)'
        if statuses[0] != statuses[1]:
            found[key] = 'Kratos %d, Slipway %d' % tuple(statuses)
        if verbose and key in found:
            print('%s\n  %s\n  %s\n  %s' % (key, found[key], answers[0][1][:200], answers[1][1][:200]))
    print('%d requests, %d differences' % (number, len(found)))
    return found


def report(found, newer):
    """Checks the differences against those that are documented; returns the exit code."""
    with open(os.path.join(TOP, 'docs/identities.md')) as f:
        items = re.findall(r'^- (.*)', f.read().partition('\n## What is different from Kratos\n')[2], re.M)
    shown = {}
    for key, difference in found.items():
        title = next((title for title, pattern in DIFFERENCES if re.search(pattern, key)), 'Undocumented')
        shown.setdefault(title, []).append('%s: %s' % (key, difference))
    for title in [title for title, _ in DIFFERENCES] + ['Undocumented']:
        print('\n%s: %d' % (title, len(shown.get(title, []))))
        print('\n'.join('  ' + each for each in shown.get(title, [])))
    titles = [title for title, _ in DIFFERENCES]
    wrong = [t for t in titles if t not in shown or not any(i.startswith(t) for i in items)] + [
        i for i in items if not any(i.startswith(t) for t in titles)]
    wrong += shown.get('Undocumented', []) + newer
    print('\nwrong: %s' % '\n  '.join(wrong) if wrong else '\nThe differences are those of docs/identities.md.')
    return 1 if wrong else 0


main()
