"""Every shipped script in every channel that it is for: ``python -m tests.acceptance.matrix`` writes the page.

``./scripts/acceptance`` walks them all and has it written only when each ended where its author says.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.folder import ROOT
from stack.scripts import started_alone
from tests.acceptance.cases import cases_of

PAGE = ROOT / "docs" / "acceptance.md"
BY_STEPS = ("crm", "chat")
"""Channels in which an operator sees forms."""
SPOKEN = ("bot", "ivr")
"""Channels in which a bot talks, for scripts that have words for it."""
_ABOUT = """\
# Scripts, channels, endings

Written by `./scripts/acceptance`, which walks every shipped script on a real stack: in `crm` and `chat` step by step
through the API, with the answers of its [test cases](cases.md); in `bot` and `ivr` as a
[conversation](conversations.md), with the replies in its folder `talks`. Here are the endings, and how many
conversations reached them; the page is written only when all ended as their authors say. In `bot` and `ivr` there is
nothing where a script has no words for bots, or a person takes over.

"""


@dataclass(frozen=True)
class Conversation:
    """One way through a script in a channel.

    Attributes:
        name: of the test case or the file of replies.
        end: id of the end event.
        answers: pairs of a step's key and what is answered there; none where it is spoken.
        replies: what the customer says or presses, in order.
        locale: its language.
    """

    script: str
    channel: str
    name: str
    end: str
    answers: Sequence[tuple[str, dict[str, Any]]] = ()
    replies: Sequence[str] = ()
    locale: str = "ru"

    @property
    def id(self) -> str:
        """Names it among all."""
        return f"{self.script}-{self.channel}-{self.name}"


def conversations() -> Iterator[Conversation]:
    """All conversations, by script and channel."""
    for folder in started_alone(ROOT / "bpmn"):
        for channel in BY_STEPS:
            for case in cases_of(folder.name):
                yield Conversation(folder.name, channel, case.name, case.end, case.answers)
        for talk in sorted(folder.glob("talks/*.txt")):
            yield _spoken(folder.name, talk)


def _spoken(script: str, talk: Path) -> Conversation:
    end, *marks = talk.name.removesuffix(".txt").split(".")
    replies = talk.read_text(encoding="utf-8").splitlines()
    channel, locale = "ivr" if "ivr" in marks else "bot", "en" if "en" in marks else "ru"
    return Conversation(script, channel, talk.stem, f"end_{end}", replies=replies, locale=locale)


def page(walked: Sequence[Conversation]) -> str:
    """The page about these conversations."""
    channels = (*BY_STEPS, *SPOKEN)
    counted = Counter((one.script, one.end, one.channel) for one in walked)
    rows = dict.fromkeys((one.script, one.end) for one in sorted(walked, key=lambda one: (one.script, one.end)))
    lines = [
        f"| script | ending | {' | '.join(f'`{channel}`' for channel in channels)} |",
        f"|---|---|{'---|' * len(channels)}",
        *(
            f"| {script} | `{end}` | {' | '.join(str(counted[script, end, each] or '') for each in channels)} |"
            for script, end in rows
        ),
    ]
    scripts = len({one.script for one in walked})
    total = f"\n{len(walked)} conversations, {len(rows)} endings of {scripts} scripts.\n"
    return _ABOUT + "\n".join(lines) + "\n" + total


if __name__ == "__main__":
    PAGE.write_text(page(list(conversations())), encoding="utf-8")
