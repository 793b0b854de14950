"""What compiling calls costs: one program for each contestant, in `calls/<contestant>`. See README.md."""

import json
import re
import sqlite3
import statistics
import subprocess
import sys
from collections import namedtuple

from contestants import CONTESTANTS, DIESEL, REPOSITORY
from crates import HERE, TARGET, Crate, machine, say, table, turns

OURS, THREE, OLD, YARDSTICK = "relations", "relations-three", "relations-old", "diesel"
FOLDER = HERE / "calls"

# The finds that `fewer` goes without: as deep as the other twelve on average.
FURTHER = [
    "addresses_customer",
    "orders_customer_suppliers",
    "customers_address_orders",
    "orders_customer_address",
    "manufacturers_supplier_account",
    "suppliers_orders_customer_address",
]
VARIANTS = {
    "none": lambda call: False,
    "fewer": lambda call: call not in FURTHER,
    "all": lambda call: True,
}

# `call` is how main calls one of the functions.
Contestant = namedtuple("Contestant", "name folder dependencies call")
TOKIO = 'tokio = { version = "=1.54.1", features = ["macros", "rt-multi-thread"] }\n'


def ours(name, path, features=""):
    dependency = f'relations-orm = {{ path = "{path}"{features} }}\n'
    return Contestant(name, "relations", dependency + TOKIO, "calls::{}(&db).await?")


def contestants(old):
    """All contestants by key; `old` is the path of another checkout of ours, or None."""
    diesel = DIESEL.replace('"sqlite"', '"sqlite", "returning_clauses_for_sqlite_3_35"')
    seaorm, toasty = (CONTESTANTS[key].dependencies + TOKIO for key in ("seaorm", "toasty"))
    all_of_them = {
        OURS: ours("relations", REPOSITORY),
        THREE: ours("relations, three databases", REPOSITORY, ', features = ["postgres", "mysql"]'),
        OLD: ours("relations, other checkout", old),
        "diesel": Contestant("Diesel", "diesel", diesel, "calls::{}(&mut db)?"),
        "toasty": Contestant("Toasty", "toasty", toasty, "calls::{}(&mut db).await?"),
        "seaorm": Contestant("SeaORM", "seaorm", seaorm, "calls::{}(&db).await?"),
    }
    return {key: contestant for key, contestant in all_of_them.items() if key != OLD or old}


class Program(Crate):
    """The program of one contestant, with all of its calls, some, or none."""

    def __init__(self, key, contestant):
        self.contestant = contestant
        super().__init__(key, f"{key}-calls", contestant.dependencies)
        self.files = {path.name: path.read_text() for path in (FOLDER / contestant.folder).iterdir()}
        # What the functions share, then each of them with the comment above it.
        start = r"\n(?=\n(?:// .*\n)*pub (?:async )?fn )"
        self.head, *functions = re.split(start, self.files.pop("calls.rs").rstrip())
        self.calls = {re.search(r"fn (\w+)", function)[1]: function for function in functions}
        if not set(FURTHER) <= set(self.calls):
            sys.exit(f"{contestant.folder} lacks {', '.join(sorted(set(FURTHER) - set(self.calls)))}")

    def source(self, variant):
        files, keep = dict(self.files), [call for call in self.calls if VARIANTS[variant](call)]
        if keep:
            files["calls.rs"] = "\n".join([self.head, *(self.calls[call] for call in keep)]) + "\n"
            lines = "".join(
                f'    println!("{call} {{:?}}", {self.contestant.call.format(call)});\n' for call in keep
            )
            main = files["main.rs"].replace("    // The calls.\n", lines)
            files["main.rs"] = main.replace("mod models;\n", "mod calls;\nmod models;\n")
        self.write_source(files)

    def binary(self):
        return TARGET / "target" / "debug" / self.package

    def prepare(self):
        """Builds the dependencies, so that no measurement does."""
        say(f"dependencies of {self.contestant.name}")
        self.source("all")
        self.lock()
        self.cargo("check")
        self.cargo("build")

    def answers(self):
        """What the calls print, on tables of their own."""
        database = TARGET / "calls.sqlite"
        database.unlink(missing_ok=True)
        connection = sqlite3.connect(database)
        connection.executescript((FOLDER / "tables.sql").read_text())
        connection.close()
        done = subprocess.run([self.binary(), database], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{self.contestant.name}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return dict(line.split(" ", 1) for line in done.stdout.splitlines())

    def measure(self, variant):
        self.source(variant)
        self.clean()
        check = self.compile("check")
        self.clean()
        return {"check": check, "build": self.compile("build"), "binary_mb": self.binary().stat().st_size / 1e6}


def compare_answers(programs):
    """All contestants make the same calls, and those find the same."""
    expected = programs[0].answers()
    for program in programs[1:]:
        answers = program.answers()
        wrong = [f"{call} {answers.get(call)}" for call in expected if answers.get(call) != expected[call]]
        if wrong or len(answers) != len(expected):
            sys.exit(f"{program.contestant.name} differs from {programs[0].contestant.name}: {', '.join(wrong)}")
    return len(expected)


# Reporting ----------------------------------------------------------------------------------------

COLUMNS = {
    "`cargo check`": ("check", "s", "{:.2f} s"),
    "its CPU": ("check", "cpu_s", "{:.2f} s"),
    "its peak memory": ("check", "memory_mb", "{:.0f} MB"),
    "debug build": ("build", "s", "{:.2f} s"),
    "its CPU ": ("build", "cpu_s", "{:.2f} s"),
    "its peak memory ": ("build", "memory_mb", "{:.0f} MB"),
    "binary": ("binary_mb", None, "{:.1f} MB"),
}


class Report:
    def __init__(self, results):
        self.results, self.samples, self.names = results, results["samples"], results["contestants"]
        self.keys = [key for key in contestants("any") if key in self.samples]

    def median(self, key, variant, column):
        step, what, _ = COLUMNS[column]
        samples = [sample[step] for sample in self.samples[key][variant]]
        return statistics.median(sample[what] if what else sample for sample in samples)

    def further(self, key, step):
        """Milliseconds of CPU for each find more: by rounds, since both are measured in a row."""
        more, fewer = ([sample[step]["cpu_s"] for sample in self.samples[key][variant]] for variant in ("all", "fewer"))
        return [(a - b) / len(FURTHER) * 1000 for a, b in zip(more, fewer)]

    def compared(self, key, variant, column):
        """A median and its ratio to the yardstick's."""
        value = self.median(key, variant, column)
        ratio = f" ({value / self.median(YARDSTICK, variant, column):.2f})" if YARDSTICK in self.keys else ""
        return COLUMNS[column][2].format(value) + ratio

    def columns(self, title, variant):
        rows = [[self.names[key], *(self.compared(key, variant, column) for column in COLUMNS)] for key in self.keys]
        return f"## {title}\n\n" + table(["", *(column.strip() for column in COLUMNS)], rows)

    def finds(self):
        rows = []
        for key in self.keys:
            cells = []
            for step in ("check", "build"):
                costs = self.further(key, step)
                error = f" ± {statistics.stdev(costs) / len(costs) ** 0.5:.0f}" if len(costs) > 1 else ""
                cells.append(f"{statistics.median(costs):.0f}{error} ms")
            rows.append([self.names[key], *cells])
        title = "## One find more, with an include tree of its own\n\n"
        return title + table(["CPU", "`cargo check`", "debug build"], rows)

    def ratios(self):
        """Ours to ours: what further databases cost, and what another checkout did."""
        pairs = [(THREE, OURS, "three databases, to SQLite alone"), (OURS, OLD, "this checkout, to the other one")]
        rows = []
        for of, to, text in pairs:
            if {of, to} <= set(self.keys):
                for variant, calls in [("all", "with calls"), ("none", "models alone")]:
                    values = [[self.median(key, variant, column) for column in COLUMNS] for key in (of, to)]
                    rows.append([f"{text}; {calls}", *(f"{a / b:.2f}" for a, b in zip(*values))])
        head = ["", *(column.strip() for column in COLUMNS)]
        return "## Ours to ours\n\n" + table(head, rows) if rows else ""

    def text(self):
        r = self.results
        rounds = min(len(samples) for variants in self.samples.values() for samples in variants.values())
        yardstick = " In parentheses the ratio to\nDiesel's." if YARDSTICK in self.keys else ""
        old = f" The other checkout of ours is {r['old']}." if OLD in self.keys else ""
        intro = (
            f"Written by `bench/compile/run --calls` on {r['date']}: {r['rustc']}, {r['cores']} cores, medians of {rounds}."
            f"{yardstick}{old}\nREADME.md says what the columns mean.\n\n"
        )
        return (
            "# What compiling calls costs\n\n"
            + intro
            + self.columns(f"Six models and {r['calls']} calls", "all")
            + self.columns("The models alone, and a main that connects", "none")
            + self.finds()
            + self.ratios()
        ).rstrip() + "\n"


def run(options):
    """Measures, prints, and writes calls.md and calls.json."""
    only = [key for key in contestants(options.old) if key in options.only or key.split("-")[0] in options.only]
    if not only:
        sys.exit("none of these contestants has calls")
    programs = [Program(key, contestants(options.old)[key]) for key in only]
    for program in programs:
        program.prepare()
    results = {"contestants": {}, "samples": {}}
    if options.add and (HERE / "calls.json").exists():
        results = json.loads((HERE / "calls.json").read_text())
    results |= {**machine(), "calls": compare_answers(programs)}
    if options.old:
        command = ["git", "-C", options.old, "describe", "--always", "--dirty"]
        results["old"] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    for program in programs:
        results["contestants"][program.key] = program.contestant.name
    for round_ in range(options.rounds):
        say(f"round {round_ + 1} of {options.rounds}: calls")
        for program in turns(programs, round_):
            place = results["samples"].setdefault(program.key, {})
            # `fewer` and `all` in a row, in turns as well: the difference is small.
            for variant in turns(list(VARIANTS), round_):
                place.setdefault(variant, []).append(program.measure(variant))
    text = Report(results).text()
    print(text)
    if not options.smoke:
        (HERE / "calls.md").write_text(text)
        (HERE / "calls.json").write_text(json.dumps(results, indent=1) + "\n")
