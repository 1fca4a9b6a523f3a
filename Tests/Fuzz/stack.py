"""The services of a town of its own, with a database of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

SERVICES = ["accounts", "wallet", "merchant", "disbursement"]


class Stack:
    """Runs `wijkmunt up` in a temporary directory, and removes both at the end."""

    def __init__(self, programs: Path):
        self.tool = programs / "wijkmunt"
        self.directory = Path(tempfile.mkdtemp(prefix="wijkmunt-fuzz-"))
        # Started as root, the database runs as somebody else, who has to pass through here.
        self.directory.chmod(0o711)
        self.stack = self.directory / "stack"
        self.first_port = four_free_ports()
        self.urls = {
            name: f"http://127.0.0.1:{self.first_port + index}"
            for index, name in enumerate(SERVICES)
        }

    def __enter__(self):
        self.log = open(self.directory / "up.log", "w+")
        self.process = subprocess.Popen(
            [self.tool, "up", "--directory", self.stack, "--first-port", str(self.first_port)],
            stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True,
        )
        try:
            self.wait_for_welcome()
            self.settle()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_for_welcome(self):
        for line in self.process.stdout:
            if "Ctrl-C" in line:
                return
        self.log.seek(0)
        raise RuntimeError(f"wijkmunt up did not start:\n{self.log.read()}")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=60)
        finally:
            self.process.stdout.close()
            self.log.close()
            shutil.rmtree(self.directory, ignore_errors=True)

    def keep_logs(self, where: Path):
        """Copies what the services wrote, before it goes with the directory."""
        shutil.copytree(self.stack / "logs", where, dirs_exist_ok=True)

    def run(self, *arguments: str, typed: str | None = None) -> dict:
        """One command of the tool; gives what it answers."""
        done = subprocess.run(
            [self.tool, *arguments, "--output", "json"], capture_output=True, text=True,
            input=typed, env=os.environ | {"WIJKMUNT_PROFILES": str(self.stack / "profiles")},
        )
        if done.returncode != 0:
            raise RuntimeError(f"wijkmunt {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout or "null")

    def settle(self):
        """What is done once it runs."""


def four_free_ports() -> int:
    """The first of four ports in a row that nobody listens on."""
    for first in range(18301, 28301, 4):
        sockets = [socket.socket() for _ in SERVICES]
        try:
            for index, each in enumerate(sockets):
                each.bind(("127.0.0.1", first + index))
            return first
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise RuntimeError("no four free ports in a row")
