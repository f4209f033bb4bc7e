"""What a visitor sees: live progress, then one zaak, the letters, the queues, and the totals as the last line."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from schakel.demo.parked import ParkedStory
from schakel.installation import Installation
from schakel.officials import print_zaak, zaakdocument
from schakel.operations import plain_table

_STORY = """
SELECT zaak_id FROM tijdlijn GROUP BY zaak_id
ORDER BY bool_or(wat = 'halt_afgelopen') DESC, bool_or(wat = 'brief_opgemaakt') DESC, count(*) DESC LIMIT 1
"""


class Screen:
    """Prints for people; with `quiet` only the last line."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(quiet=quiet, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[counts]}"), TimeElapsedColumn(),
            console=self._console, disable=quiet,
        )  # fmt: skip
        self._task: Any = None

    def started(self, folder: Path, api_url: str | None) -> None:
        """Servers and services run."""
        self._console.print(
            Panel(
                "Een schoolhalfjaar van een bedachte regio, op een virtuele klok.\n"
                "Iedereen hierin is verzonnen. De broker, de database en de services zijn echt.\n"
                f"Gegevens en log: {folder} · API: {api_url}",
                title="Schakel",
                title_align="left",
            )
        )
        self._progress.start()
        self._task = self._progress.add_task("personen inlezen", total=None, counts="")

    def loading(self, number: int) -> None:
        """The first load of persons."""
        self._progress.update(self._task, counts=f"{number} personen")

    def day(self, day: date, days: Sequence[date], counts: dict[str, int]) -> None:
        """A day is over."""
        text = " · ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())
        self._progress.update(
            self._task, description=f"{day:%d-%m-%Y}", completed=days.index(day) + 1, total=len(days), counts=text
        )

    def auditing(self) -> None:
        """The term is over."""
        self._progress.update(self._task, description="alles natellen", completed=1, total=1)
        self._progress.stop()

    def stopped_early(self) -> None:
        """The visitor had enough."""
        self._progress.stop()
        self._console.print("Afgebroken. Opnieuw beginnen kan altijd.")

    async def show_result(self, installation: Installation, parked: ParkedStory, folder: Path) -> None:
        """One zaak, the letters, the parked event, the queues."""
        if self._quiet:
            return
        apps: dict[str, Any] = installation.apps
        zaak_id = await apps["cases"].service.pool.fetchval(_STORY)
        if zaak_id is not None:
            self._console.rule("Een zaak van begin tot eind")
            print_zaak(await zaakdocument(apps["cases"].store, zaak_id) or {})
        await self._letters(apps["letters"], folder)
        self._parked(parked)
        await self._queues(apps)

    async def _letters(self, letters: Any, folder: Path) -> None:
        rows = await letters.service.pool.fetch(
            "SELECT DISTINCT ON (briefsoort) briefsoort, bestand FROM brief ORDER BY briefsoort, opgemaakt_op"
        )
        self._console.rule("Brieven (PDF/UA-1, in de huisstijl van de gemeente)")
        for row in rows:
            self._console.print(f"{row['briefsoort']:24} {folder / 'brieven' / row['bestand']}", soft_wrap=True)

    def _parked(self, story: ParkedStory) -> None:
        self._console.rule("Met opzet geparkeerd")
        if story.since is None:
            self._console.print("Er is niets geparkeerd.")
            return
        self._console.print(
            f"{story.since:%d-%m-%Y}: letters parkeerde {story.row['type']} ({story.row['reden']}).\n"
            f"De jongere wachtte, met {story.behind} latere gebeurtenissen op volgorde; alle anderen gingen door."
        )
        if story.released_on is not None:
            self._console.print(
                f"{story.released_on:%d-%m-%Y}: de BRP verbeterde de naam (StUF npsLk01) en beheer gaf vrij; "
                "de brief is alsnog gemaakt."
            )

    async def _queues(self, apps: dict[str, Any]) -> None:
        table = plain_table("Wachtrijen na afloop")
        for head in ("service", "gezegd", "onbevestigd", "geparkeerd", "opnieuw", "wachtend", "quarantaine"):
            table.add_column(head, justify="left" if head == "service" else "right")
        for name, app in apps.items():
            service = app.service
            said = await service.pool.fetchval("SELECT laatste_nr FROM outbox_stand")
            sizes = await service.room.sizes()
            aside = await service.pool.fetchval("SELECT count(*) FROM quarantaine WHERE staat = 'open'")
            unsent = said - service.relay.published_to
            numbers = (said, unsent, *(sizes.get(s, 0) for s in ("geparkeerd", "opnieuw", "wacht")), aside)
            table.add_row(name, *(str(n) for n in numbers))
        self._console.print(table)

    def close(self, totals: dict[str, Any]) -> None:
        """The last line: one JSON object."""
        Console(soft_wrap=True, highlight=False).print(json.dumps(totals), markup=False)

    def stays(self, folder: Path) -> None:
        """The installation goes on; how to look around."""
        self._console.print(
            f"\nDe regio blijft draaien. Kijk rond in een ander venster, bijvoorbeeld:\n"
            f"  SCHAKEL_MAP={folder} .venv/bin/schakel status\n"
            f"  SCHAKEL_MAP={folder} .venv/bin/schakel zaak list\n"
            "Stoppen met Ctrl-C."
        )
