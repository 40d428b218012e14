"""From stories to lines of the bulk format, with times that lie in the past."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from textwrap import dedent
from typing import Any

from accounts.models import RT_SYSTEM
from helpdesk.demo import (
    help_desk,
    networking,
    networking_closed,
    security,
    services,
    systems,
)
from helpdesk.demo.at_hand import REMINDERS
from helpdesk.demo.files import example_file
from helpdesk.demo.people import GROUPS, QUEUES, REQUESTORS, STAFF
from helpdesk.demo.story import Step, Story, span

STORIES: tuple[Story, ...] = (
    *networking.STORIES,
    *networking_closed.STORIES,
    *services.STORIES,
    *security.STORIES,
    *systems.STORIES,
    *help_desk.STORIES,
)
DEVICE = "Device"
_STAFF = {person.name for person in STAFF}
_REMINDED_BEFORE = timedelta(minutes=2)
_KINDS = {"reply": "Correspond", "note": "Comment"}

Record = dict[str, Any]


def numbers(*, first: int) -> dict[str, int]:
    """Return the ticket number of every story: the older, the lower."""
    by_age = sorted(STORIES, key=lambda story: span(story.age), reverse=True)
    return {story.key: number for number, story in enumerate(by_age, start=first)}


def lines(
    *, now: datetime, password_hash: str, numbered: Mapping[str, int]
) -> Iterator[bytes]:
    """Yield the whole example site in the bulk format."""
    for record in _records(now, password_hash, numbered):
        yield json.dumps(record).encode()


def _records(
    now: datetime, password_hash: str, numbered: Mapping[str, int]
) -> Iterator[Record]:
    for place in QUEUES:
        yield {
            "kind": "queue",
            "name": place.name,
            "description": place.description,
            "correspond_address": place.address,
            "comment_address": place.address.replace("@", "-comment@"),
        }
    for person in STAFF:
        yield {
            "kind": "user",
            **person._asdict(),
            "privileged": True,
            "password_hash": password_hash,
        }
    for person in REQUESTORS.values():
        yield {"kind": "user", **person._asdict()}
    for name, members in GROUPS.items():
        yield {"kind": "group", "name": name, "members": list(members)}
    yield {"kind": "custom_field", "name": DEVICE, "type": "FreeformSingle"}
    for story in sorted(STORIES, key=lambda story: numbered[story.key]):
        yield _Telling(story, now, numbered).record()
    queues = {story.key: story.queue for story in STORIES}
    for reminder in REMINDERS:
        yield {
            "kind": "ticket",
            "type": "reminder",
            "queue": queues[reminder.key],
            "subject": reminder.subject,
            "status": "open",
            "owner": reminder.who,
            "created": (now - _REMINDED_BEFORE).isoformat(),
            "started": (now - _REMINDED_BEFORE).isoformat(),
            "due": (now + span(reminder.due)).isoformat(),
            "links": [{"type": "RefersTo", "target": numbered[reminder.key]}],
            "transactions": [{"type": "Create", "creator": reminder.who}],
        }


@dataclass
class _Telling:
    """A story while its steps are told: what the ticket has come to so far."""

    story: Story
    now: datetime
    numbered: Mapping[str, int]
    status: str = "new"
    owner: str = "Nobody"
    priority: int = 0
    entries: list[Record] = field(default_factory=list)

    def record(self) -> Record:
        """Tell the story and return its ticket line."""
        story = self.story
        self.priority = story.priority
        moment = created = self.now - span(story.age)
        self._message("Create", moment, story.by, story.text, story.files)
        for step in story.steps:
            moment += span(step.after)
            if moment > self.now:
                raise ValueError(f"{story.key}: a step lies in the future.")
            self._tell(step, moment)
        return {
            "kind": "ticket",
            "id": self.numbered[story.key],
            "queue": story.queue,
            "subject": story.subject,
            "status": self.status,
            "owner": self.owner,
            "initial_priority": story.priority,
            "priority": self.priority,
            "final_priority": story.final_priority,
            "time_estimated": story.estimated,
            "created": created.isoformat(),
            "due": (self.now + span(story.due)).isoformat() if story.due else None,
            "requestors": [_user(story.by)],
            "cc": [_user(nick) for nick in story.cc],
            "custom_fields": {DEVICE: [story.device]} if story.device else {},
            "links": self._links(),
            "transactions": self.entries,
        }

    def _tell(self, step: Step, moment: datetime) -> None:
        if step.kind in _KINDS:
            self._message(
                _KINDS[step.kind],
                moment,
                step.who,
                step.text,
                step.files,
                minutes=step.minutes,
            )
            if step.kind == "reply" and self.status == "new":
                # What the scrip "On Correspond Open Inactive Tickets" would have done.
                self._add("Status", moment, RT_SYSTEM, old="new", new="open")
                self.status = "open"
        elif step.kind in {"take", "give"}:
            owner = step.to or step.who
            self._set(moment, step.who, "Owner", self.owner, owner)
            self.owner = owner
        elif step.kind == "status":
            self._add("Status", moment, step.who, old=self.status, new=step.to)
            self.status = step.to
        else:
            self._set(moment, step.who, "Priority", str(self.priority), step.to)
            self.priority = int(step.to)

    def _set(self, moment: datetime, who: str, name: str, old: str, new: str) -> None:
        self._add("Set", moment, who, field=name, old=old, new=new)

    def _message(
        self,
        kind: str,
        moment: datetime,
        who: str,
        text: str,
        files: Sequence[str],
        *,
        minutes: int = 0,
    ) -> None:
        self._add(
            kind,
            moment,
            who,
            content=dedent(text).strip() + "\n",
            time_taken=minutes,
            message_id=f"{self.story.key}.{len(self.entries)}@noc.example.org",
            attachments=[_attachment(name) for name in files],
        )

    def _add(self, kind: str, moment: datetime, who: str, **fields: Any) -> None:
        self.entries.append(
            {
                "type": kind,
                "created": moment.isoformat(),
                "creator": _user(who),
                **fields,
            }
        )

    def _links(self) -> list[Record]:
        story = self.story
        wanted = (
            *(("DependsOn", key) for key in story.waits_for),
            *(("RefersTo", key) for key in story.see),
            *(("MemberOf", key) for key in filter(None, [story.part_of])),
        )
        return [{"type": kind, "target": self.numbered[key]} for kind, key in wanted]


def _user(nick: str) -> str:
    """Return the login name behind a name used in the stories."""
    return nick if nick in {*_STAFF, RT_SYSTEM} else REQUESTORS[nick].name


def _attachment(name: str) -> Record:
    file = example_file(name)
    return {
        "filename": name,
        "content_type": file.content_type,
        "content_base64": base64.b64encode(file.data).decode(),
    }
