"""Example tickets of the queue Security."""

from helpdesk.demo.story import Story, give, note, priority, reply, status, take

STORIES = (
    Story(
        key="phishing",
        queue="Security",
        subject="Phishing mail pretending to be the finance office",
        by="finance",
        age="31m",
        files=("suspicious.eml",),
        text="""
        Several colleagues got a mail that looks as if it came from us and asks them to
        "confirm their salary account". We did not send it. Copy attached.

        At least one person has clicked.
        """,
    ),
    Story(
        key="phished",
        queue="Security",
        subject="Account hkaruhanga sends thousands of mails",
        by="abuse",
        age="10h",
        priority=90,
        due="-4h",
        text="""
        We receive large amounts of unsolicited mail from your relay 192.0.2.25, all of
        it authenticated as one of your users. Please stop it. Sample headers below.

        Received: from relay.example.org (192.0.2.25)
        X-Authenticated-User: hkaruhanga
        """,
        steps=(
            take("joseph", "10m"),
            note(
                "joseph",
                "10m",
                """
                Account locked, sessions ended, 3,800 mails removed from the queue.
                Log-in
                came from two networks we never see here.
                """,
                minutes=30,
            ),
            reply(
                "joseph",
                "20m",
                """
                The account has been locked and the queue is clean. Thank you for the
                report; please tell us if anything still arrives.
                """,
                minutes=10,
            ),
            reply("abuse", "2h", "Nothing since. Thank you for the quick reaction."),
            note(
                "amina",
                "1h",
                "Call the user in the morning. New password at the counter only.",
            ),
        ),
    ),
    Story(
        key="scan",
        queue="Security",
        subject="Port scan from a laboratory machine",
        by="abuse",
        age="4d",
        priority=40,
        text="""
        A host in your network, 192.0.2.199, has been scanning our address space on
        ports 22 and 3389 for two days.
        """,
        steps=(
            take("ruth", "1h"),
            note(
                "ruth", "2h", "A student's project that was left running.", minutes=30
            ),
            reply(
                "ruth",
                "30m",
                "The machine has been taken off the network. Our apologies.",
                minutes=10,
            ),
            status("ruth", "1d", to="resolved"),
        ),
    ),
    Story(
        key="mfa",
        queue="Security",
        subject="Second factor for everybody in finance",
        by="finance",
        age="14d",
        priority=60,
        due="+10d",
        estimated=600,
        text="""
        The auditors ask for a second factor for everybody who can release payments,
        eleven people. We would like to start with hardware keys.
        """,
        steps=(
            take("lydia", "1d"),
            reply("lydia", "3h", "I have ordered 24 keys, two for each of you."),
            note("lydia", "8d", "Keys are here. Enrolment needs the new login page."),
            status("lydia", "5m", to="stalled"),
        ),
        waits_for=("sso",),
    ),
    Story(
        key="sso",
        queue="Security",
        subject="Upgrade the login page to the release with hardware keys",
        by="lydia",
        age="5d",
        priority=50,
        due="+7d",
        part_of="mfa",
        text="""
        The release we run cannot enrol hardware keys. Test system first, then on a
        Sunday evening.
        """,
        steps=(
            take("peter", "1d"),
            note("peter", "2d", "Test system is done, two plug-ins to replace."),
        ),
    ),
    Story(
        key="usb",
        queue="Security",
        subject="Found USB stick in the car park",
        by="sarah",
        age="6h",
        text="""
        I found a USB stick labelled "salaries" in the car park and have NOT plugged it
        in. Where shall I bring it?
        """,
        steps=(
            reply(
                "joseph",
                "25m",
                """
                Exactly right, thank you. Please hand it in at the counter in an
                envelope
                with my name on it.
                """,
            ),
        ),
    ),
    Story(
        key="vpn-logins",
        queue="Security",
        subject="VPN log-ins from two continents within an hour",
        by="nagios",
        age="19d",
        priority=70,
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: VPN impossible travel
        Host: vpn-1
        State: CRITICAL

        user dbyaruhanga: 2 countries in 52 minutes
        """,
        steps=(
            take("amina", "10m"),
            note("amina", "1h", "He travels, and his phone uses a proxy. Confirmed."),
            status("amina", "5m", to="resolved"),
        ),
    ),
    Story(
        key="spam-report",
        queue="Security",
        subject="Win a new phone!!!",
        by="hassan",
        age="11d",
        text="Is this real? It says I only have to enter my password.",
        steps=(
            reply(
                "ruth", "1h", "No. Please delete it, and never enter it anywhere else."
            ),
            status("ruth", "1m", to="rejected"),
        ),
    ),
    Story(
        key="firewall-review",
        queue="Security",
        subject="Yearly review of the firewall rules",
        by="amina",
        age="45d",
        priority=30,
        due="-5d",
        estimated=1200,
        text="""
        1,340 rules, 412 of them without a hit in a year. Each owner gets a list and two
        weeks to object.
        """,
        steps=(
            give("amina", "5m", to="ruth"),
            note("ruth", "6d", "Lists are out to 23 owners.", minutes=480),
            note("ruth", "15d", "17 answers, 280 rules can go.", minutes=300),
            priority("amina", "10d", to=45),
        ),
    ),
)
