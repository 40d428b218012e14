"""Example tickets of the queue Networking that are done with."""

from helpdesk.demo.story import Story, give, note, reply, status, take

STORIES = (
    Story(
        key="ntp",
        queue="Networking",
        subject="Clock of rtr-east-2 is four minutes slow",
        by="nagios",
        age="50h",
        priority=20,
        device="rtr-east-2",
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: NTP
        Host: rtr-east-2
        State: WARNING

        NTP WARNING: Offset -243.1 secs
        """,
        steps=(
            take("joseph", "30m"),
            reply("joseph", "20m", "It asked a server that is gone. Now it asks ours."),
            status("joseph", "1m", to="resolved"),
        ),
    ),
    Story(
        key="port",
        queue="Networking",
        subject="Dead network socket in room C-214",
        by="sarah",
        age="12d",
        text="The left socket under the window does nothing, the right one works.",
        steps=(
            give("amina", "2h", to="samuel"),
            reply(
                "samuel",
                "1d",
                "It was not patched. It is now, please try.",
                minutes=15,
            ),
            reply("sarah", "3h", "Works, thank you."),
            status("samuel", "10m", to="resolved"),
        ),
    ),
    Story(
        key="flap",
        queue="Networking",
        subject="Interface Gi1/0/23 on sw-dist-2 flaps every few minutes",
        by="nagios",
        age="18d",
        priority=40,
        device="sw-dist-2",
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: Interface Gi1/0/23
        Host: sw-dist-2
        State: CRITICAL

        CRITICAL: 31 state changes in the last hour
        """,
        steps=(
            take("samuel", "15m"),
            note("samuel", "1h", "Patch cable bent behind the rack door.", minutes=20),
            reply("samuel", "30m", "Cable replaced, quiet since.", minutes=10),
            status("samuel", "1d", to="resolved"),
        ),
    ),
    Story(
        key="peering",
        queue="Networking",
        subject="Peering request from a content network at the exchange",
        by="upstream",
        age="21d",
        text="""
        We pass on a request: a content network that is present at the exchange would
        like to peer with you over the route servers. Details on request.
        """,
        steps=(
            take("joseph", "3h"),
            reply("joseph", "1d", "Gladly. Which AS number, and which address?"),
            reply("upstream", "2d", "AS64500, 198.51.100.17."),
            reply("joseph", "4h", "Configured, 1,204 prefixes received.", minutes=30),
            status("joseph", "1m", to="resolved"),
        ),
    ),
    Story(
        key="mtu",
        queue="Networking",
        subject="Large files to the registry stop after a few kilobytes",
        by="registry",
        age="40d",
        priority=50,
        text="""
        Small documents arrive, everything above a few kilobytes hangs until it times
        out. It began with the move to the new building.
        """,
        steps=(
            take("ruth", "1h"),
            note(
                "ruth", "2h", "Classic: tunnel with MTU 1476, ICMP filtered on the way."
            ),
            reply(
                "ruth",
                "30m",
                "The path drops large packets. Fixed at our end, please try again.",
                minutes=90,
            ),
            reply("registry", "1d", "It works again."),
            status("ruth", "2h", to="resolved"),
        ),
    ),
)
