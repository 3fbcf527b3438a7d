#!/usr/bin/env python3
"""How many round trips a status takes over https, with a key that stands in the config file and with a role.

The API and STS are played on loopback, each behind a wire that holds back whatever is sent over it. Needs openssl and a
release build. Nothing leaves loopback.
usage: tests/benches/round_trips.py [MILLISECONDS] [RUNS]
"""
import asyncio
import json
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

ROUND_TRIP = int(sys.argv[1] if len(sys.argv) > 1 else 40) / 1000
RUNS = int(sys.argv[2] if len(sys.argv) > 2 else 20)
EFLOCTL = pathlib.Path(__file__).parents[2] / "target/release/efloctl"
KEY = 'access_key_id = "LTAIbenchmark"\naccess_key_secret = "none"\n'
NODES = [{"NodeId": f"e01-cn-{at}", "InvocationStatus": "Success"} for at in range(3)]
INVOCATION = {"InvocationStatus": "Success", "InvokeNodes": {"InvokeNode": NODES}}
API = {"RequestId": "R", "Invocations": {"Invocation": [INVOCATION]}}
STS = {"Credentials": {"AccessKeyId": "STS.benchmark", "AccessKeySecret": "none", "SecurityToken": "none",
                       "Expiration": "2099-01-01T00:00:00Z"}}


def certificates(folder):
    """An authority and a certificate that it issued for loopback: the files of authority, certificate and key."""
    authority, certificate, key = (folder / name for name in ("authority.pem", "server.pem", "server.key"))
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run = lambda *more: subprocess.run([*openssl, *more], check=True, capture_output=True)
    run("-subj", "/CN=authority", "-keyout", folder / "authority.key", "-out", authority)
    run("-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE",
        "-CA", authority, "-CAkey", folder / "authority.key", "-keyout", key, "-out", certificate)
    return authority, certificate, key


async def serve(answer, tls):
    """Answers whatever is asked with `answer`; gives the port."""
    body = json.dumps(answer).encode()
    reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)

    async def converse(reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                writer.write(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    return server.sockets[0].getsockname()[1]


async def wire(to):
    """Carries bytes to a port of this machine, each way for half a round trip; gives its own port."""

    async def carry(reader, writer, opened):
        loop, half = asyncio.get_running_loop(), ROUND_TRIP / 2
        while data := await reader.read(1 << 16):
            # This machine opens connections at once; over a wire a round trip goes by first.
            arrives = max(loop.time(), opened + ROUND_TRIP) + half
            loop.call_at(arrives, writer.write, data)
        loop.call_later(half, writer.close)

    async def connect(reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", to)
        opened = asyncio.get_running_loop().time()
        ways = (carry(reader, there_writer, opened), carry(there_reader, writer, opened))
        await asyncio.gather(*ways, return_exceptions=True)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]


async def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        authority, certificate, key = certificates(folder)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
        api, sts = [await wire(await serve(answer, tls)) for answer in (API, STS)]
        environment = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "SSL_CERT_FILE": str(authority),
                       "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "EFLOCTL_REGION": "cn-beijing",
                       "EFLOCTL_STS_ENDPOINT": f"https://127.0.0.1:{sts}"}
        (folder / "efloctl").mkdir()
        config = folder / "efloctl/config.toml"
        config.touch(0o600)
        config.write_text(f'[profiles.key]\n{KEY}[profiles.role]\n{KEY}role_arn = "acs:ram::1:role/benchmark"\n')
        print("| keys | round trips |\n| --- | --- |")
        for profile in ("key", "role"):
            took = []
            for _ in range(RUNS):
                began = time.perf_counter()
                status = await asyncio.create_subprocess_exec(
                    EFLOCTL, "status", "t-bench", "--profile", profile, "--endpoint", f"https://127.0.0.1:{api}",
                    env=environment, stdout=asyncio.subprocess.DEVNULL)
                if await status.wait():
                    sys.exit("status failed")
                took.append(time.perf_counter() - began)
            print(f"| {profile} | {statistics.median(took) / ROUND_TRIP:.1f} |")
        # Until the last connection has ended on the far side of its wire too.
        await asyncio.sleep(2 * ROUND_TRIP)


if __name__ == "__main__":
    if not os.access(EFLOCTL, os.X_OK):
        sys.exit(f"{EFLOCTL} is not there: cargo build --release")
    asyncio.run(main())
