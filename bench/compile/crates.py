"""A crate that is measured, and what all measurements share."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from contestants import REPOSITORY

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve() / "bench-compile"


class Crate:
    """A crate whose source is written anew for each measurement. Its dependencies are built once."""

    def __init__(self, key, package, dependencies):
        self.key, self.package = key, package
        self.root = TARGET / "crates" / package
        (self.root / "src").mkdir(parents=True, exist_ok=True)
        manifest = (
            f'[package]\nname = "{package}"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n\n'
            f"[workspace]\n\n[dependencies]\n{dependencies}"
        )
        write(self.root / "Cargo.toml", manifest)

    def write_source(self, files):
        """Writes the files that changed, and only those, since cargo and users go by that."""
        source = self.root / "src"
        for path in source.iterdir():
            if path.name not in files:
                path.unlink()
        for name, text in files.items():
            write(source / name, text)

    def cargo(self, *arguments, target=TARGET / "target", **environment):
        command = ["cargo", *arguments, "--manifest-path", str(self.root / "Cargo.toml")]
        # The folder says which toolchain rustup takes: that of this repository, wherever the target folder is.
        environment = {**os.environ, "CARGO_TARGET_DIR": str(target), **environment}
        if arguments[0] in ("build", "check", "rustc"):
            # For the measured crate only: its dependencies are built as usual.
            environment["RUSTC_WORKSPACE_WRAPPER"] = str(HERE / "rustc-wrapper")
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stderr[-4000:]}")
        return done.stdout

    def lock(self):
        """Says which dependencies are taken, and fetches them; nothing else asks the network."""
        if not (self.root / "Cargo.lock").exists():
            self.cargo("generate-lockfile")
        self.cargo("fetch", "--locked")

    def clean(self):
        self.cargo("clean", "--offline", "--package", self.package)

    def compile(self, command="check"):
        """Checks or builds the crate; the seconds of cargo, and the seconds and peak memory of its rustc."""
        log = self.root / "rustc.log"
        log.unlink(missing_ok=True)
        start = time.monotonic()
        self.cargo(command, "--offline", BENCH_RUSTC_LOG=str(log))
        seconds = time.monotonic() - start
        if not log.exists():
            sys.exit(f"{self.key}: rustc did not run, so nothing was measured")
        return {"s": seconds, **json.loads(log.read_text())}


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def say(text):
    print(text, file=sys.stderr, flush=True)


def turns(things, round_):
    """What is measured takes turns, and another one starts each round."""
    return [things[(at + round_) % len(things)] for at in range(len(things))]


def machine():
    """When and on what a measurement was taken."""
    rustc = subprocess.run(["rustc", "--version"], cwd=HERE, capture_output=True, text=True)
    return {"date": time.strftime("%Y-%m-%d"), "rustc": rustc.stdout.strip(), "cores": os.cpu_count()}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines) + "\n"
