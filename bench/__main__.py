"""`python -m bench [--only sweep,restart] [--quick]`: measures, prints one table; ends with 1 if a target is missed."""

import argparse
import sys
import time
from collections.abc import Callable

from bench import (
    attack,
    burst,
    division,
    exactness,
    figures,
    invitations,
    machine,
    memory,
    nearest,
    points,
    requests,
    restart,
    rungs,
    sweep,
    taps,
    visits,
    years,
)
from bench.table import Figure, lines
from bench.together import year

PARTS: dict[str, Callable[[bool], list[Figure]]] = {
    "requests": requests.measure,
    "nearest": nearest.measure,
    "sweep": sweep.measure,
    "restart": restart.measure,
    "rungs": rungs.measure,
    "memory": memory.measure,
    "exactness": exactness.measure,
    "taps": taps.measure,
    "division": division.measure,
    "burst": burst.measure,
    "visits": visits.measure,
    "years": years.measure,
    "invitations": invitations.measure,
    "together": year.measure,
    "points": points.measure,
    "attack": attack.measure,
    "figures": figures.measure,
}


def main() -> int:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a smaller run, to see that all of it works")
    wished = parser.parse_args()
    names = [name for name in wished.only.split(",") if name]
    unknown = set(names) - set(PARTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    for fact in machine.facts():
        print(fact)
    missed = 0
    for line in lines("machine", [machine.speed()]):
        print(line, flush=True)
    for name in names:
        begun = time.monotonic()
        figures = PARTS[name](wished.quick)
        missed += sum(one.missed for one in figures)
        for line in lines(name, figures):
            print(line, flush=True)
        print(f"{'':<11} ({time.monotonic() - begun:.0f} s)", flush=True)
    print(f"{missed} targets missed" if missed else "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
