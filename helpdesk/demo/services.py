"""Example tickets of the queue Services."""

from helpdesk.demo.story import Story, give, note, priority, reply, status, take

STORIES = (
    Story(
        key="radius",
        queue="Services",
        subject="RADIUS accounting gaps after certificate renewal",
        by="daniel",
        age="20h",
        priority=80,
        due="+3h",
        estimated=180,
        text="""
        Since the certificate on the RADIUS servers was renewed on Sunday the accounting
        records of the wireless users have gaps of ten to forty minutes. Billing for the
        guest network is wrong because of that.
        """,
        steps=(
            take("amina", "25m"),
            note(
                "amina",
                "40m",
                """
                radius-1 has the new chain, radius-2 still sends the old intermediate.
                Controllers that fail over to radius-2 stop accounting until they give
                up.
                """,
                minutes=50,
            ),
            reply(
                "amina",
                "30m",
                """
                One of the two servers sent an outdated certificate chain. I am renewing
                it now. The missing records of Sunday can be rebuilt from the
                controllers.
                """,
                minutes=30,
            ),
            reply("daniel", "90m", "Please do rebuild them, finance needs the totals."),
        ),
    ),
    Story(
        key="quota",
        queue="Services",
        subject="Mailbox quota increase for the registry office",
        by="registry",
        age="5h",
        priority=20,
        text="""
        The shared mailbox of the registry is at 96 percent. During admissions we get
        two thousand mails with scans each week. Could it be doubled, please?
        """,
        steps=(give("lydia", "1h", to="amina"),),
    ),
    Story(
        key="dns-secondary",
        queue="Services",
        subject="Zone transfer to the secondary name server refused",
        by="nagios",
        age="7h",
        priority=40,
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: DNS zone serial
        Host: ns2
        State: WARNING

        Serial of example.org differs: ns1 2024031502, ns2 2024031101
        """,
        steps=(
            take("peter", "30m"),
            note("peter", "20m", "TSIG key on ns2 has the old name.", minutes=15),
            reply("peter", "10m", "Key renamed, both servers agree again.", minutes=5),
        ),
    ),
    Story(
        key="list",
        queue="Services",
        subject="Mailing list for the graduation committee",
        by="prisca",
        age="3d",
        due="+2d",
        text="""
        We need a closed list with nine members, archive visible to members only.
        The name should be graduation@lists.example.org.
        """,
        steps=(
            take("brian", "4h"),
            reply("brian", "2h", "Who may write to it, members only or anybody?"),
            status("brian", "1m", to="stalled"),
        ),
    ),
    Story(
        key="web-cert",
        queue="Services",
        subject="Certificate of www.library.example.org expires in 9 days",
        by="nagios",
        age="90m",
        due="+9d",
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: HTTPS certificate
        Host: www.library
        State: WARNING

        Certificate 'www.library.example.org' will expire in 9 days
        """,
    ),
    Story(
        key="mail-delay",
        queue="Services",
        subject="Mail to partners arrives an hour late",
        by="hassan",
        age="9h",
        priority=60,
        due="-3h",
        text="""
        Since this morning mail I send to our partners arrives about an hour later. They
        say the headers show that it waits at our relay.
        """,
        steps=(
            take("lydia", "20m"),
            note(
                "lydia",
                "25m",
                """
                Queue is at 4,100 messages, 3,800 of them bounces to one forged sender.
                Deleting those; see the ticket about the abused account in Security.
                """,
                minutes=40,
            ),
            reply(
                "lydia",
                "35m",
                "The relay was flooded with bounces. It is catching up now.",
                minutes=20,
            ),
        ),
        see=("phished",),
    ),
    Story(
        key="calendar",
        queue="Services",
        subject="Shared calendar shows meetings an hour early",
        by="julia",
        age="8d",
        text="All meetings made before the clock change are shown an hour early.",
        steps=(
            take("esther", "1d"),
            reply("esther", "3h", "Which program and which version do you use?"),
            reply("julia", "1d", "The web calendar, on a tablet."),
            reply(
                "esther",
                "5h",
                "The tablet has its own time zone table. After its update all is well.",
                minutes=45,
            ),
            status("esther", "1d", to="resolved"),
        ),
    ),
    Story(
        key="eduroam",
        queue="Services",
        subject="Visitors from one university cannot use eduroam",
        by="grace",
        age="2d",
        priority=50,
        due="+1d",
        text="""
        Four guests have arrived from the same university and none of them can log in.
        Other guests can. They say it works for them everywhere else.
        """,
        steps=(
            take("peter", "2h"),
            note("peter", "1h", "Their realm is not in our proxy's list at all."),
            reply(
                "peter",
                "15m",
                """
                We pass their requests on to the national server now, please try
                again.
                """,
                minutes=30,
            ),
            reply(
                "grace", "4h", "Two of them are online. The other two get a timeout."
            ),
            priority("peter", "1h", to=60),
        ),
    ),
    Story(
        key="wiki-search",
        queue="Services",
        subject="Search in the wiki finds nothing since the upgrade",
        by="tom",
        age="15d",
        text="Whatever I type, the result is empty. The pages are there.",
        steps=(
            take("brian", "3h"),
            reply("brian", "2h", "The index is being built anew, takes until tonight."),
            status("brian", "1d", to="resolved"),
        ),
    ),
    Story(
        key="print-quota",
        queue="Services",
        subject="Print account of the law faculty is empty too early",
        by="robert",
        age="26d",
        text="We had 5,000 pages for the term and they were used up in three weeks.",
        steps=(
            take("esther", "6h"),
            reply(
                "esther",
                "1d",
                "Colour pages count five times. Report per user attached.",
                files=("print-report.csv",),
                minutes=25,
            ),
            reply("robert", "2d", "That explains it. Thank you for the report."),
            status("esther", "1h", to="resolved"),
        ),
    ),
    Story(
        key="webinar",
        queue="Services",
        subject="Streaming server for the public lecture on Thursday",
        by="julia",
        age="28h",
        priority=30,
        due="+3d",
        estimated=240,
        text="""
        We expect up to 600 viewers for the public lecture. Last time the picture
        stopped at 250. What can we do?
        """,
    ),
)
