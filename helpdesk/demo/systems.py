"""Example tickets of the queue Systems."""

from helpdesk.demo.story import Story, give, note, priority, reply, status, take

STORIES = (
    Story(
        key="disk",
        queue="Systems",
        subject="DISK CRITICAL: /var on mail-2 at 97 percent",
        by="nagios",
        age="55m",
        priority=70,
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: Disk /var
        Host: mail-2
        State: CRITICAL

        DISK CRITICAL - free space: /var 3512 MB (3%)
        """,
        steps=(
            take("esther", "5m"),
            note(
                "esther",
                "15m",
                "Log of the spam filter, 38 GB. Rotation failed since Friday.",
                minutes=15,
            ),
        ),
    ),
    Story(
        key="backup",
        queue="Systems",
        subject="Backup of the file server runs into the working day",
        by="brian",
        age="10d",
        priority=50,
        due="-2d",
        estimated=480,
        text="""
        The nightly backup of files-1 now takes eleven hours and ends at ten in the
        morning. Three causes are likely: more data, the slow disk shelf, no increments.
        """,
        steps=(
            take("brian", "5m"),
            note("brian", "1d", "Increments are on again: six hours.", minutes=120),
            note("lydia", "2d", "And the slow shelf? It has two disks in rebuild."),
            priority("lydia", "3d", to=65),
        ),
        waits_for=("shelf",),
    ),
    Story(
        key="shelf",
        queue="Systems",
        subject="Order two disks for shelf 2 of files-1",
        by="brian",
        age="8d",
        priority=40,
        due="+1d",
        part_of="backup",
        text="Two of twelve disks fail. Same model, 4 TB, under warranty until June.",
        steps=(
            take("esther", "2h"),
            reply("esther", "1d", "The supplier sends them, three to five days."),
            status("esther", "2m", to="stalled"),
        ),
    ),
    Story(
        key="kernel",
        queue="Systems",
        subject="Reboot of the virtualisation hosts after the kernel update",
        by="lydia",
        age="3d",
        priority=40,
        due="+4d",
        text="Six hosts, two each evening from Tuesday. Guests move away beforehand.",
        steps=(
            give("lydia", "5m", to="peter"),
            reply("peter", "1d", "Hosts 1 and 2 are done.", minutes=90),
            reply("peter", "1d", "Hosts 3 and 4 are done.", minutes=80),
        ),
    ),
    Story(
        key="temperature",
        queue="Systems",
        subject="Temperature in server room 1 above 28 degrees",
        by="cacti",
        age="75m",
        priority=80,
        due="-15m",
        files=("room-1-temperature.svg",),
        text="""
        ALERT: 'Room 1 - Temperature' is above its threshold of 28.
        Current value: 29.4, was 22.1 two hours ago.
        """,
        steps=(
            take("joseph", "5m"),
            note(
                "joseph",
                "10m",
                "Cooling unit 2 stopped with a pump fault. Doors open, fans running.",
                minutes=25,
            ),
            reply("joseph", "20m", "The technician will be here within the hour."),
        ),
    ),
    Story(
        key="restore",
        queue="Systems",
        subject="Please restore the folder Admissions 2023",
        by="registry",
        age="2h",
        due="+1d",
        text="""
        Somebody has deleted the folder Admissions 2023 from the shared drive, probably
        yesterday afternoon. Can you bring it back?
        """,
    ),
    Story(
        key="licence",
        queue="Systems",
        subject="Licence of the statistics program ends on the 30th",
        by="julia",
        age="7d",
        due="+12d",
        text="The program says so at each start. There are 40 of us who use it.",
        steps=(
            take("peter", "1d"),
            reply("peter", "1h", "The new key is ordered and covers 60 users."),
            status("peter", "1m", to="stalled"),
        ),
    ),
    Story(
        key="vm",
        queue="Systems",
        subject="Virtual machine for the new library catalogue",
        by="library",
        age="17d",
        priority=20,
        text="Four cores, 16 GB of memory, 200 GB of disk, reachable from outside.",
        steps=(
            take("brian", "1d"),
            reply(
                "brian", "1d", "It is there: catalogue-new, key by phone.", minutes=60
            ),
            reply("library", "3d", "We are in. Many thanks."),
            status("brian", "1h", to="resolved"),
        ),
    ),
    Story(
        key="ups",
        queue="Systems",
        subject="UPS self test failed in server room 2",
        by="nagios",
        age="24d",
        priority=60,
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: UPS self test
        Host: ups-2
        State: WARNING

        UPS WARNING - battery needs replacement
        """,
        steps=(
            take("samuel", "1h"),
            note("samuel", "1d", "Batteries are five years old, ordered.", minutes=20),
            reply("samuel", "9d", "Replaced and tested.", minutes=120),
            status("samuel", "5m", to="resolved"),
        ),
    ),
    Story(
        key="old-server",
        queue="Systems",
        subject="Switch off the old web server",
        by="esther",
        age="58d",
        priority=10,
        text="Nothing has asked it for anything since the start of the year.",
        steps=(
            take("esther", "1m"),
            note("esther", "14d", "Two old links were still in use, redirected."),
            reply("esther", "20d", "Switched off and wiped.", minutes=180),
            status("esther", "1m", to="resolved"),
        ),
    ),
    Story(
        key="monitoring",
        queue="Systems",
        subject="Monitor the new storage, too",
        by="peter",
        age="4d",
        priority=15,
        text="""
        Nagios and Cacti know nothing of storage-3 yet. Templates from
        storage-2.
        """,
    ),
)
