"""Asks every service what no client would ask, and holds each answer against its document.

Schemathesis makes the requests; hooks.py says who sends them and what they are about. What is found
is printed and kept in .build/fuzz/report; the exit code is then 1.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from town import Town

ROOT = Path(__file__).parents[2]
# All that hold an answer against the document, and our own, which asks again as everybody.
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance", "as_everybody",
]
# What comes later may change what the earlier ones rely on, such as where a coin may be spent.
ORDER = ["merchant", "disbursement", "wallet", "accounts"]


class Round:
    """One service, asked by one run of schemathesis."""

    def __init__(self, service: str, town: Town, report: Path, options: argparse.Namespace):
        self.service, self.town, self.report = service, town, report
        self.seed, self.examples, self.budget = options.seed, options.examples, options.seconds
        # What takes longer is a finding.
        self.limit = self.budget + 60 if self.budget else 420
        self.output, self.notes = report / f"{service}.txt", report / f"{service}.json"

    def run(self) -> "Round":
        started = time.monotonic()
        with self.output.open("w") as output:
            try:
                self.status = subprocess.run(
                    self.command(), stdout=output, stderr=subprocess.STDOUT, cwd=self.report,
                    env=self.environment(), timeout=self.limit,
                ).returncode
            except subprocess.TimeoutExpired:
                output.write(f"\nStopped after {self.limit} seconds.\n")
                self.status = None
        self.seconds = time.monotonic() - started
        notes = json.loads(self.notes.read_text()) if self.notes.exists() else {}
        self.findings, self.answers = notes.get("findings", []), notes.get("answers", {})
        self.refusals, self.unmade = notes.get("refusals", {}), notes.get("unmade", {})
        self.reasons = notes.get("reasons", {})
        self.preparing = notes.get("secondsPreparing", 0)
        return self

    def command(self) -> list[str]:
        return [
            str(Path(sys.executable).parent / "schemathesis"), "run",
            f"{self.town.urls[self.service]}/v1/openapi.json",
            "--phases", "examples,coverage,fuzzing", "--checks", ",".join(CHECKS),
            "--max-examples", str(self.examples), "--seed", str(self.seed),
            "--generation-database", "none", "--no-shrink", "--continue-on-failure",
            "--request-timeout", "15", "--warnings", "off", "--no-color",
        ] + (["--max-time", str(self.budget)] if self.budget else [])

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(Path(__file__).parent),
            "WIJKMUNT_FUZZ_TOWN": str(self.town.facts), "WIJKMUNT_FUZZ_NOTES": str(self.notes),
            "WIJKMUNT_FUZZ_URL": self.town.urls[self.service],
        }

    def count(self) -> int:
        return sum(
            number for by in self.answers.values()
            for statuses in by.values() for number in statuses.values()
        )

    def never_done(self) -> list[str]:
        """Operations of which only refusals were seen, and why mostly."""
        never = sorted(
            operation for operation, by in self.answers.items()
            if not any(status < "300" for statuses in by.values() for status in statuses)
        )
        return [f"{each} ({self.usual_reason(each)})" for each in never]

    def usual_reason(self, operation: str) -> str:
        reasons = self.reasons.get(operation, {})
        return max(reasons, key=reasons.get, default="no answer")

    def line(self) -> str:
        verdict = "ok" if self.status == 0 and not self.findings else "FOUND SOMETHING"
        line = f"{self.service:14}{len(self.answers):4} operations{self.count():7} requests"
        line += f"{self.seconds:5.0f} s, {self.preparing:.0f} of them to prepare  {verdict}"
        refused = sum(
            number for by in self.refusals.values()
            for status, number in by.items() if status in ("401", "403")
        )
        line += f"\n  without a token that counts: {refused} refused"
        line += f" of {sum(sum(by.values()) for by in self.refusals.values())}"
        if self.never_done():
            line += f"\n  never succeeded: {', '.join(self.never_done())}"
        for reason, number in sorted(self.unmade.items()):
            line += f"\n  could not be prepared, {number} times: {reason}"
        return line


def write_findings(rounds: list[Round], path: Path) -> int:
    """Writes each finding once, for somebody who sees it for the first time."""
    once: dict[tuple, dict] = {}
    for each in rounds:
        for finding in each.findings:
            key = (each.service, finding["operation"], finding["title"], finding["status"])
            kept = once.setdefault(key, finding | {"all": set()})
            kept["all"].add(finding["by"])
    lines = ["# What the fuzzing found", ""]
    for (service, operation, title, status), finding in sorted(once.items()):
        lines += [
            f"## {service}, {operation}: {title} ({status})", "",
            f"Asked as {', '.join(sorted(finding['all']))}; found by {finding['check']}.", "",
            "```", finding["message"], "```", "", "The answer began with:", "",
            "```", finding["answer"], "```", "", "The request, without its token:", "",
            "```sh", finding["curl"], "```", "",
        ]
    broken = [each for each in rounds if each.status != 0 and not each.findings]
    for each in broken:
        lines += [f"## {each.service}: schemathesis did not end well", ""]
        lines += ["```", each.output.read_text()[-5000:], "```", ""]
    path.write_text("\n".join(lines))
    return len(once) + len(broken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--examples", type=int, default=40, help="generated, of each operation")
    parser.add_argument(
        "--seconds", type=int, help="for each service, no less and little more"
    )
    parser.add_argument("--service", choices=ORDER, action="append", help="only these")
    parser.add_argument("--programs", type=Path, default=ROOT / ".build" / "debug")
    parser.add_argument("--report", type=Path, default=ROOT / ".build" / "fuzz" / "report")
    options = parser.parse_args()
    print(f"seed {options.seed}; SEED={options.seed} repeats this run", flush=True)

    report = options.report.resolve()
    report.mkdir(parents=True, exist_ok=True)
    for old in report.glob("*.*"):
        if old.is_file():
            old.unlink()
    started = time.monotonic()
    with Town(options.programs.resolve(), ROOT / "docs" / "examples") as town:
        print(f"the town is there after {time.monotonic() - started:.0f} s", flush=True)
        planned = [
            Round(service, town, report, options)
            for service in ORDER if service in (options.service or ORDER)
        ]
        rounds = []
        # Two at a time: while one thinks, the services answer the other.
        with ThreadPoolExecutor(2) as pool:
            for each in pool.map(Round.run, planned):
                rounds.append(each)
                print(each.line(), flush=True)
        town.keep_logs(report / "logs")

    found = write_findings(rounds, report / "findings.md")
    total, seconds = sum(each.count() for each in rounds), time.monotonic() - started
    print(f"{total} requests in {seconds:.0f} s, {found} findings")
    if found:
        print((report / "findings.md").read_text())
        print(f"This is also in {report / 'findings.md'}; the services' logs are beside it.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
