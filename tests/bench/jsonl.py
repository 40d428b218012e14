#!/usr/bin/env python3
"""The benchmark data set in the bulk format of docs/bulk-format.md, one JSON object a line.

    python3 jsonl.py [TICKETS] > tickets.jsonl      # default: the count in dataset.json

Same seed and count, same bytes. Standard library only.
"""
import json
import sys

from dataset import Dataset

TYPES = {"create": "Create", "correspond": "Correspond", "comment": "Comment", "status": "Status"}


def lines(data):
    spec = data.spec
    for name in data.queues:
        yield {"kind": "queue", "name": name}
    for name, email in data.agents:
        yield {"kind": "user", "name": name, "email": email, "privileged": True, "password": spec["agents"]["password"]}
    for name, email in data.requestors:
        yield {"kind": "user", "name": name, "email": email, "privileged": False}
    yield {"kind": "group", "name": spec["agents"]["group"], "members": [name for name, _ in data.agents],
           "rights": spec["agents"]["rights"]}
    for field in spec["custom_fields"]:
        yield {"kind": "custom_field", "name": field["name"], "type": field["type"], "values": field.get("values", [])}
    people = {"agent": data.agents, "requestor": data.requestors}

    def who(by):
        return people[by[0]][by[1]][0]

    for t in data.tickets():
        transactions = []
        for x in t["transactions"]:
            row = {"type": TYPES[x["type"]], "created": x["at"].isoformat() + "Z", "creator": who(x["by"])}
            if x["type"] == "status":
                row |= {"old": x["old"], "new": x["new"]}
            else:
                row |= {"content": x["body"], "content_type": "text/plain"}
            transactions.append(row)
        yield {"kind": "ticket", "id": t["serial"] + 1, "queue": t["queue"], "subject": t["subject"], "status": t["status"],
               "priority": t["priority"], "created": t["created"].isoformat() + "Z",
               "due": t["due"] and t["due"].isoformat() + "Z",
               "owner": None if t["owner"] is None else data.agents[t["owner"]][0],
               "requestors": [data.requestors[t["requestor"]][0]],
               "custom_fields": {k: [v] for k, v in t["fields"].items()},
               "links": [] if t["depends_on"] is None else [{"type": "DependsOn", "target": t["depends_on"] + 1}],
               "transactions": transactions}


if __name__ == "__main__":
    for line in lines(Dataset(tickets=int(sys.argv[1]) if len(sys.argv) > 1 else None)):
        print(json.dumps(line, separators=(",", ":")))
