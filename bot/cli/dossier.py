"""Commands about a child's dossier."""

import argparse
import json
from collections.abc import Mapping

from bot.cli.database import open_house
from bot.cli.terminal import Commands, add
from bot.services import export, people


def register(commands: Commands) -> None:
    """`export` can be typed."""
    exporting = add(commands, "export", _export, "Print the dossier of a child.")
    exporting.add_argument("--child", required=True, metavar="ID", help="an id of the roster")
    exporting.add_argument("--for", dest="reader", metavar="PERSON", help="exactly what this person may see")
    exporting.add_argument("--format", choices=("json", "html"), default="json")


def _export(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with open_house(environment) as house, house.database.writing() as session:
        child = people.child_by_roster_id(session, options.child)
        reader = people.by_roster_id(session, options.reader) if options.reader else None
        if options.format == "html":
            found = export.page(session, house.tools, house.texts, child, reader)
        else:
            found = json.dumps(export.data(session, house.tools, child, reader), indent=2, ensure_ascii=False)
    print(found)
    return 0
