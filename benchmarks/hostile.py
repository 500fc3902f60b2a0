"""Honest and hostile clients of `./wrn serve`, for `serve_load.py --hostile`."""

import collections
import http.client
import json
import random
import socket
import statistics
import threading
import time
import urllib.parse

PREDICT = "/v1/models/wrn:predict"
CLASSIFY = "/v1/models/wrn:classify"
PATIENCE = 15  # seconds that a hostile client waits for the server to cut it off


def head(path, length, host="localhost"):
    return f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n".encode()


def send_nothing(connection, body):
    connection.sendall(head(PREDICT, 32 << 20))
    connection.recv(1)


def send_slowly(connection, body):
    connection.sendall(head(PREDICT, len(body)))
    for byte in body[: PATIENCE * 5]:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def send_a_slow_head(connection, body):
    for byte in head(PREDICT, len(body))[:-4]:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def send_garbage(connection, body):
    connection.sendall(random.randbytes(100_000))
    connection.recv(1)


def send_a_long_head(connection, body):
    connection.sendall(head(PREDICT, len(body))[:-2] + b"X: " + b"x" * 10_000_000)
    connection.recv(1)


def nest(connection, body):
    nested = b'{"instances": ' + b"[" * 1_000_000
    expect(connection, head(PREDICT, len(nested)) + nested, b"400")


def send_empty_examples(connection, body):
    examples = b'{"signature_name": "classify", "examples": [' + b"{}," * 2_000_000 + b"{}]}"
    expect(connection, head(CLASSIFY, len(examples)) + examples, b"4")


def name_another_host(connection, body):
    expect(connection, head(PREDICT, len(body), "evil.example") + body, b"403")


def hang_up(connection, body):
    connection.sendall(head(PREDICT, len(body)) + body[: len(body) // 2])


def read_no_answer(connection, body):
    connection.sendall((head(PREDICT, len(body)) + body) * 20)
    time.sleep(2)


ATTACKS = [send_nothing, send_slowly, send_a_slow_head, send_garbage, send_a_long_head, nest, send_empty_examples,
           name_another_host, hang_up, read_no_answer]  # fmt: skip


def expect(connection, request, status):
    """Fails unless the answer, if there is one, has a status that begins so."""
    connection.sendall(request)
    answer = connection.recv(12)
    if answer and not answer.startswith(b"HTTP/1.1 " + status):
        raise AssertionError(f"{answer} instead of {status}")


class Clients:
    """Clients that ask from now on, each in a thread of its own."""

    def __init__(self, address, body, clients, share, seconds):
        self.address = urllib.parse.urlsplit(address)
        self.body = body.encode()
        self.until = time.monotonic() + seconds
        self.latencies = []
        self.failures = []
        self.attacks = collections.Counter()
        hostile = round(clients * share)
        self.threads = [threading.Thread(target=self.attack, args=(number,)) for number in range(hostile)]
        self.threads += [threading.Thread(target=self.ask) for _ in range(clients - hostile)]
        for thread in self.threads:
            thread.start()

    def ask(self):
        rows = len(json.loads(self.body)["instances"])
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=60)
        while time.monotonic() < self.until:
            start = time.monotonic()
            try:
                connection.request("POST", PREDICT, self.body)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status != 200 or len(json.loads(content)["predictions"]) != rows:
                    self.failures.append(f"{answer.status} {content[:200]}")
            except (OSError, http.client.HTTPException, ValueError) as e:
                self.failures.append(repr(e))
                connection.close()
            self.latencies.append(time.monotonic() - start)
        connection.close()

    def attack(self, number):
        while time.monotonic() < self.until:
            attack = ATTACKS[number % len(ATTACKS)]
            number += 1
            try:
                with socket.create_connection((self.address.hostname, self.address.port), PATIENCE) as connection:
                    attack(connection, self.body)
            except OSError:
                pass  # The server may cut them off as it likes.
            except AssertionError as e:
                self.failures.append(f"{attack.__name__}: {e}")
            self.attacks[attack.__name__] += 1

    def join(self):
        """Waits for the end; returns the figures of the honest clients, the attacks and the failures."""
        for thread in self.threads:
            thread.join()
        percentiles = [1e3 * value for value in statistics.quantiles(self.latencies, n=100)]
        return {
            "honest_requests": len(self.latencies),
            "p50_ms": round(percentiles[49], 1),
            "p99_ms": round(percentiles[98], 1),
            "max_ms": round(1e3 * max(self.latencies), 1),
            "attacks": dict(sorted(self.attacks.items())),
            "failed": len(self.failures),
            "failures": sorted(set(self.failures))[:5],
        }
