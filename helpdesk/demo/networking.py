"""Example tickets of the queue Networking."""

from helpdesk.demo.story import Story, give, note, priority, reply, status, take

STORIES = (
    Story(
        key="bgp",
        queue="Networking",
        subject="Core switch sw-core-2 dropping BGP sessions to upstream",
        by="grace",
        age="4h",
        priority=60,
        final_priority=100,
        due="-2h",
        estimated=120,
        device="sw-core-2",
        cc=("upstream",),
        files=("sw-core-2.log",),
        waits_for=("line-card",),
        see=("rfp",),
        text="""
        We have lost the session to the second upstream four times since 06:40.
        Each time it comes back after about ninety seconds. Log attached.

        Users in the eastern campus notice: video calls freeze and then recover.
        """,
        steps=(
            take("amina", "3m"),
            priority("amina", "1m", to=90),
            note(
                "amina",
                "5m",
                """
                Hold timer expires on our side, so look at the CPU of the line card
                first. Same as the one in March?
                """,
                minutes=10,
            ),
            reply(
                "amina",
                "19m",
                """
                We see the hold timer expiring on our line card. I am moving the session
                to the second card at the full hour; expect one short drop.
                """,
                minutes=35,
            ),
            reply(
                "upstream",
                "25m",
                """
                Thank you for the notice. On our side the session went down with
                "hold time expired" at 06:41, 06:58, 07:22 and 07:49 UTC. No errors on
                the interface. We keep an eye on it from here.

                Case reference with us: UP-48213
                """,
            ),
            note(
                "joseph",
                "20m",
                """
                CPU of card 3 sits at 97 percent, all of it in the ARP process. Card 4
                is idle. I would not wait for the maintenance window.
                """,
                minutes=20,
            ),
            reply(
                "amina",
                "15m",
                """
                The session runs on the second card now and has been up for ten minutes.
                The first card will be replaced; I keep this open until it is.
                """,
                minutes=20,
            ),
            reply(
                "grace",
                "18m",
                """
                Looks good from here, no more freezes. Thank you!

                > The session runs on the second card now and has been up for ten
                > minutes. The first card will be replaced; I keep this open until it
                > is.
                """,
            ),
        ),
    ),
    Story(
        key="line-card",
        queue="Networking",
        subject="Replace line card 3 in sw-core-2",
        by="amina",
        age="150m",
        priority=70,
        due="+2d",
        device="sw-core-2",
        part_of="bgp",
        text="""
        Card 3 spends all its CPU in ARP since the software upgrade. There is a spare in
        rack B12. Needs somebody on site and a window after 20:00.
        """,
        steps=(
            give("amina", "2m", to="samuel"),
            note(
                "samuel", "40m", "The spare is there, firmware is one release behind."
            ),
        ),
    ),
    Story(
        key="lusaka",
        queue="Networking",
        subject="PING CRITICAL: rtr-lusaka-1 100% packet loss",
        by="nagios",
        age="12m",
        device="rtr-lusaka-1",
        text="""
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: PING
        Host: rtr-lusaka-1
        Address: 192.0.2.41
        State: CRITICAL

        CRITICAL - Host unreachable (192.0.2.41), packet loss = 100%
        """,
    ),
    Story(
        key="cat",
        queue="Networking",
        subject="Missing cat",
        by="prisca",
        age="4m",
        text="""
        Dear network team,

        our office cat Cable has not been seen since Friday. She likes warm places, so
        could you please look behind the racks in the ground floor equipment room? She
        is
        grey with a white bib and answers to tuna.

        There is a small reward (cake).
        """,
    ),
    Story(
        key="smoke-fibre",
        queue="Networking",
        subject="Smokeping: median RTT to campus-west up from 2 ms to 48 ms",
        by="smokeping",
        age="26h",
        priority=50,
        due="+4h",
        device="rtr-west-1",
        files=("campus-west-rtt.svg",),
        text="""
        Alert "rttdetect" was raised for campus-west.

        data (rtt): 2ms 2ms 2ms 2ms 47ms 48ms 48ms 48ms
        pattern:    <10ms <10ms <10ms >40ms >40ms
        """,
        steps=(
            take("ruth", "20m"),
            note(
                "ruth",
                "30m",
                """
                The primary fibre is down and traffic goes over the microwave link. OTDR
                shows a break at 3.4 km, that is near the new road works.
                """,
                minutes=45,
            ),
            reply(
                "ruth",
                "1h",
                """
                The fibre to the west campus has been cut at the road works. A
                contractor
                is on the way; until the splice is done everything uses the backup link,
                which is slow but holds.
                """,
                minutes=15,
            ),
            note("amina", "20h", "Contractor says splicing starts at noon."),
        ),
    ),
    Story(
        key="rfp",
        queue="Networking",
        subject="Evaluate responses to the RFP for backup links",
        by="joseph",
        age="33d",
        priority=40,
        due="+5d",
        estimated=960,
        text="""
        Three offers have come in. Criteria as agreed: price 40, diversity of the path
        30, time to repair 20, references 10.
        """,
        steps=(
            take("joseph", "1h"),
            reply(
                "joseph",
                "2d",
                "I have put the three offers next to each other, table attached.",
                minutes=240,
                files=("offers.csv",),
            ),
            note(
                "amina",
                "3d",
                """
                The second offer uses the same duct as our primary link for the last two
                kilometres. That is not diversity. Ask them?
                """,
                minutes=60,
            ),
            reply("joseph", "1d", "I have asked; the answer is due this week."),
        ),
    ),
    Story(
        key="wifi-hall",
        queue="Networking",
        subject="No wireless in lecture hall 2 when it is full",
        by="daniel",
        age="6d",
        priority=30,
        due="-1d",
        text="""
        With up to forty people it works. As soon as the hall fills up phones and
        laptops
        cannot get an address any more. Next big lecture is on Thursday.
        """,
        steps=(
            take("samuel", "5h"),
            reply(
                "samuel",
                "2h",
                """
                The address pool for that hall has 62 addresses and a lease time of a
                day. I will make it four times as large and shorten the lease.
                """,
                minutes=30,
            ),
            reply(
                "daniel",
                "2d",
                "Better, but the back rows still cannot connect at all.",
            ),
            note(
                "samuel",
                "3h",
                """
                Both access points are on channel 36, and one runs at full power. Survey
                needed while the hall is in use.
                """,
                minutes=25,
            ),
        ),
    ),
    Story(
        key="cacti-graph",
        queue="Networking",
        subject="Cacti: no data for 12 interfaces of sw-dist-4",
        by="cacti",
        age="3h",
        device="sw-dist-4",
        text="""
        WARNING: Poller 1 found 12 data sources without a value for more than 3 cycles.
        Device: sw-dist-4 (192.0.2.74)
        SNMP error: timeout
        """,
    ),
    Story(
        key="ipv6",
        queue="Networking",
        subject="Announce the IPv6 prefix of the library",
        by="library",
        age="9d",
        priority=20,
        text="""
        Our catalogue server speaks IPv6 since last month but nobody outside can reach
        it. Could the prefix 2001:db8:40::/48 be announced, please?
        """,
        steps=(
            take("ruth", "1d"),
            reply(
                "ruth",
                "4h",
                """
                The route object is registered, the filters of the upstream follow
                within
                two days. I will test from outside then.
                """,
                minutes=40,
            ),
            status("ruth", "5m", to="stalled"),
        ),
    ),
    Story(
        key="vlan",
        queue="Networking",
        subject="New VLAN for door controllers in building C",
        by="robert",
        age="30h",
        priority=10,
        due="+6d",
        text="""
        The new door controllers arrive next week. The supplier asks for a separate VLAN
        with fixed addresses, eleven devices, no access to the internet.
        """,
    ),
)
