#!/usr/bin/env python3
"""Measures how long health requests take while 16 clients send bodies of 1 MB, of every shape.

large-bodies.py [SECONDS]

The server is the image of `make image` with the memory limit of the chart's pods, 256 MiB. Each health request
is sent at its time, whether or not the last one was answered, on a new connection, and by another process than
the bodies. Exits 1 if the 99th percentile is above 50 ms, a health request failed, or the server ended.
Needs Docker. On a machine with other work, the figures say nothing.
"""
import json, math, os, re, socket, subprocess, sys, threading, time, urllib.request
from multiprocessing import get_context

IMAGE = os.environ.get('IMAGE', 'ghcr.io/slipway-project/slipway:0.1.0-SNAPSHOT')
CLIENTS, RATE, LIMIT_MS, SIZE = 16, 20, 50, 1024 * 1024 - 64
NONE = '01890000-0000-7000-8000-000000000000'


def fill(start, item, end):
    return start + ','.join([item] * ((SIZE - len(start) - len(end)) // (len(item) + 1))) + end


def request(method, path, body, content_type='application/json', chunk=0):
    data = body.encode('latin-1')
    head = '%s %s HTTP/1.1\r\nHost: slipway\r\n%s' % (
        method, path, 'Content-Type: %s\r\n' % content_type if content_type else '')
    if not chunk:
        return ('%sContent-Length: %d\r\n\r\n' % (head, len(data))).encode() + data
    parts = [b'%x\r\n%s\r\n' % (len(part), part) for part in (data[i:i + chunk] for i in range(0, len(data), chunk))]
    return (head + 'Transfer-Encoding: chunked\r\n\r\n').encode() + b''.join(parts) + b'0\r\n\r\n'


def requests():
    traits = '{"schema_id":"default","traits":{"email":"a@example.org","x":'
    bodies = {
        'a string': traits + '"' + 'a' * (SIZE - 100) + '"}}',
        'escapes': traits + '"' + '\\u00e9' * ((SIZE - 100) // 6) + '"}}',
        'a number': traits + '9' * (SIZE - 100) + '}}',
        'names': traits + '{' + ','.join('"k%06d":0' % n for n in range(SIZE // 12 - 20)) + '}}}',
        'deep arrays': '[' * (SIZE // 2) + ']' * (SIZE // 2),
        'deep objects': '{"a":' * (SIZE // 6) + '1' + '}' * (SIZE // 6),
        'garbage': '\xff\x00{[' * (SIZE // 4),
        'an open end': fill('{"x":[', '1', ''),
        'spaces': ' ' * (SIZE - 2) + '{}',
        'metadata': fill('{"schema_id":"default","traits":{"email":"b@example.org"},"metadata_public":[',
                         '{"a":1,"b":"x"}', ']}'),
        'a batch': fill('{"identities":[', '{"create":{"schema_id":"default","traits":{"email":"no"}}}', ']}')}
    for name, item in (('integers', '1'), ('decimals', '1.5e7'), ('objects', '{}'), ('arrays', '[]'), ('nulls', 'null'),
                       ('nested arrays', '[' * 40 + ']' * 40), ('nested objects', '{"a":' * 40 + '1' + '}' * 40)):
        bodies[name] = fill(traits + '[', item, ']}}')
    for name, item in (('add', '{"op":"add","path":"/metadata_public/a","value":1}'),
                       ('test', '{"op":"test","path":"/schema_id","value":"default"}'),
                       ('copy', '{"op":"copy","from":"/traits","path":"/metadata_public"}')):
        yield request('PATCH', '/admin/identities/' + NONE, fill('[', item, ']'))
    yield request('PATCH', '/admin/identities/' + NONE, fill('[{"op":"add","path":"/metadata_public","value":[', '[]', ']}]'))
    for body in bodies.values():
        yield request('POST', '/admin/identities', body)
        yield request('POST', '/admin/identities', body, chunk=8192)
        yield request('PUT', '/admin/identities/' + NONE, body)
        yield request('PATCH', '/admin/identities', body)
    for content_type in ('text/plain', ''):
        yield request('POST', '/admin/identities', bodies['metadata'], content_type)
    yield request('POST', '/admin/identities', bodies['a string'], chunk=16)


def response(stream):
    """Its status, and whether the server closes the connection."""
    status, length, closes = int(stream.readline().split()[1]), 0, False
    for line in iter(stream.readline, b'\r\n'):
        name, value = line.decode().lower().split(':', 1)
        length = int(value) if name == 'content-length' else length
        closes = closes or (name == 'connection' and 'close' in value)
    stream.read(length)
    return status, closes


def send_bodies(port, seconds, statuses):
    every, lock, position, end = list(requests()), threading.Lock(), [0], time.monotonic() + seconds

    def client():
        connection = stream = None
        while time.monotonic() < end:
            with lock:
                data = every[position[0] % len(every)]
                position[0] += 1
            try:
                if connection is None:
                    connection = socket.create_connection(('127.0.0.1', port), 60)
                    stream = connection.makefile('rb')
                writer = threading.Thread(target=write, args=(connection, data))
                writer.start()
                status, closes = response(stream)
                writer.join()
            except (OSError, IndexError) as e:
                status, closes = type(e).__name__, True
            with lock:
                counts[status] = counts.get(status, 0) + 1
            if closes and connection:
                connection.close()
                connection = None

    counts = {}
    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients: each.start()
    for each in clients: each.join()
    statuses.put(counts)


def write(connection, data):
    try:
        connection.sendall(data)
    except OSError:
        pass  # The server has answered and closed the connection.


def send_health(port, path, seconds, results):
    times, failed, threads, start = [], [], [], time.monotonic()

    def ask(due):
        try:
            with socket.create_connection(('127.0.0.1', port), 10) as connection:
                connection.sendall(b'GET %s HTTP/1.1\r\nHost: slipway\r\nConnection: close\r\n\r\n' % path.encode())
                status = response(connection.makefile('rb'))[0]
        except (OSError, IndexError) as e:
            status = type(e).__name__
        times.append((time.monotonic() - due) * 1000)
        if status != 200:
            failed.append(status)

    for n in range(seconds * RATE):
        due = start + n / RATE
        time.sleep(max(0, due - time.monotonic()))
        threads.append(threading.Thread(target=ask, args=(due,)))
        threads[-1].start()
    for each in threads: each.join()
    times.sort()
    results.put((path, [times[math.ceil(part * len(times)) - 1] for part in (0.5, 0.9, 0.99, 1)], failed))


def docker(*arguments):
    return subprocess.run(('docker',) + arguments, check=True, capture_output=True, text=True).stdout.strip()


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    with socket.create_server(('127.0.0.1', 0)) as free:
        port = free.getsockname()[1]
    container = docker('run', '--detach', '--network', 'host', '--memory', '256m', '--memory-swap', '256m',
                       '--read-only', '--cap-drop', 'ALL', '--env', 'DSN=memory', '--env', 'SERVE_ADMIN_HOST=127.0.0.1',
                       '--env', 'SERVE_ADMIN_PORT=%d' % port, IMAGE)
    try:
        url = 'http://127.0.0.1:%d' % port
        for _ in range(300):
            try:
                urllib.request.urlopen(url + '/health/ready')
                break
            except OSError:
                time.sleep(0.1)
        processes = get_context('spawn')
        statuses, results = processes.Queue(), processes.Queue()
        load = processes.Process(target=send_bodies, args=(port, seconds + 4, statuses))
        load.start()
        time.sleep(3)
        health = [processes.Process(target=send_health, args=(port, path, seconds, results))
                  for path in ('/health/alive', '/health/ready')]
        for each in health: each.start()
        measured = [results.get() for _ in health]
        print('bodies by status:', dict(sorted(statuses.get().items(), key=str)))
        slow = False
        for path, (p50, p90, p99, most), failed in sorted(measured):
            slow = slow or p99 > LIMIT_MS or bool(failed)
            print('%s: %d requests in %d s, ms: p50 %.1f, p90 %.1f, p99 %.1f, max %.1f; failed: %d'
                  % (path, seconds * RATE, seconds, p50, p90, p99, most, len(failed)))
        state = json.loads(docker('inspect', container))[0]['State']
        if state['Running']:
            metrics = urllib.request.urlopen(url + '/metrics/prometheus').read().decode()
            print('\n'.join(re.findall(r'^jvm_(?:memory_\w+_bytes\{area="heap"|gc_collection_seconds_).*', metrics, re.M)))
        print('running: %s, OOM-killed: %s' % (state['Running'], state['OOMKilled']))
        return 1 if slow or not state['Running'] or state['OOMKilled'] else 0
    finally:
        docker('rm', '--force', container)


if __name__ == '__main__':
    sys.exit(main())
