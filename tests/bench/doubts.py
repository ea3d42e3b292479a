"""Which mistakes put into good translations the checks notice, and how often they doubt a good one."""

import argparse
import time
from collections import Counter

from bot.translation.detection import Detector
from tests.translation.seeded import LANGUAGES, Says, mistakes, pairs


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument(
        "--missed", action="store_true", help="print each mistake missed and each false alarm"
    )


def run(options: argparse.Namespace) -> None:
    """Shares per kind of mistake, false alarms on good pairs, and the time of one check."""
    says = Says(Detector(("nl", *LANGUAGES)))
    seeded: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    alarms = good = 0
    took_s = 0.0
    for language in LANGUAGES:
        for pair in pairs(language):
            started = time.perf_counter()
            found = says.about(pair)
            took_s += time.perf_counter() - started
            good += 1
            alarms += bool(found)
            if found and options.missed:
                print(f"false alarm {language} {', '.join(found)}: {pair.source} | {pair.target}")
            for mistake in mistakes(pair):
                seeded[mistake.kind, language] += 1
                if mistake.told_by & set(says.about(pair, mistake.spoiled)):
                    caught[mistake.kind, language] += 1
                elif options.missed:
                    print(f"missed {mistake.kind} {language}: {pair.source} | {mistake.spoiled}")
    kinds = list(dict.fromkeys(kind for kind, _language in seeded))
    print(f"{'caught':10}" + "".join(f"{language:>12}" for language in LANGUAGES) + f"{'all':>14}")
    for kind in kinds:
        of_each = [(caught[kind, one], seeded[kind, one]) for one in LANGUAGES]
        both = sum(one for one, _ in of_each), sum(one for _, one in of_each)
        print(
            f"{kind:10}"
            + "".join(f"{one:>6}/{all_:<5}" for one, all_ in of_each)
            + f"{both[0]:>6}/{both[1]:<5} {both[0] / both[1]:.1%}"
        )
    print(f"false alarms on good pairs: {alarms} of {good} ({alarms / good:.1%})")
    print(f"one check: {took_s / good * 1e6:.0f} us")
