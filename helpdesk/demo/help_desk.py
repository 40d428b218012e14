"""Example tickets of the queue Help Desk."""

from helpdesk.demo.story import Story, give, note, priority, reply, status, take

STORIES = (
    Story(
        key="coffee",
        queue="Help Desk",
        subject="Order more coffee",
        by="tom",
        age="5d",
        priority=50,
        due="+4d",
        estimated=30,
        text="""
        Two packets left. The night shift has begun to dilute it. I suggest twenty
        kilograms of the one in the green bag.
        """,
        steps=(
            take("amina", "1h"),
            note("amina", "10m", "First the machine, else we order the wrong kind."),
            status("amina", "1m", to="stalled"),
            reply("joseph", "1d", "Strongly in favour. Priority 90, please."),
            note("amina", "1h", "Nice try."),
        ),
        waits_for=("coffee-machine", "coffee-budget"),
    ),
    Story(
        key="coffee-machine",
        queue="Help Desk",
        subject="Coffee machine on the second floor grinds but does not brew",
        by="miriam",
        age="6d",
        priority=60,
        due="-1d",
        text="It makes the noise and then nothing comes out. The display says E05.",
        steps=(
            take("david", "30m"),
            note("david", "2h", "E05 is the pump. Service comes on Wednesday."),
            reply("david", "10m", "Please use the one on the first floor until then."),
        ),
    ),
    Story(
        key="coffee-budget",
        queue="Help Desk",
        subject="Coffee budget for the next quarter",
        by="fatuma",
        age="4d",
        due="+3d",
        text="I need the number of people on each shift for the form.",
        steps=(
            give("fatuma", "5m", to="miriam"),
            reply("miriam", "1d", "Day 9, evening 4, night 3."),
        ),
    ),
    Story(
        key="new-staff",
        queue="Help Desk",
        subject="New staff member needs VPN and an account in the wiki by Monday",
        by="sarah",
        age="2h",
        due="+2d",
        text="""
        Our new colleague Paul Wafula starts on Monday and will work from home at first.
        He needs an account, mail, VPN and write access to our space in the wiki.
        """,
    ),
    Story(
        key="vpn-home",
        queue="Help Desk",
        subject="VPN connects but nothing opens",
        by="hassan",
        age="7h",
        priority=30,
        due="+1d",
        text="""
        Since I have a new router at home the VPN says "connected" but no internal page
        opens. Outside pages do.
        """,
        steps=(
            take("fatuma", "20m"),
            reply(
                "fatuma",
                "15m",
                """
                Which addresses does your new router use? You find them in its settings
                under "LAN". If they begin with 10.20 they collide with ours.
                """,
                minutes=10,
            ),
            reply("hassan", "2h", "10.20.0.1, indeed."),
            reply(
                "fatuma",
                "20m",
                "Then please change that to 192.168.50.1 and start it again.",
                minutes=5,
            ),
        ),
    ),
    Story(
        key="projector",
        queue="Help Desk",
        subject="Projector in seminar room 5 shows everything in pink",
        by="daniel",
        age="23h",
        priority=20,
        due="+5h",
        text="Not unpleasant, but the charts are hard to read.",
        steps=(
            take("david", "1h"),
            note("david", "3h", "Bent pin in the wall socket. Spare is in the store."),
        ),
    ),
    Story(
        key="password",
        queue="Help Desk",
        subject="Forgot my password again",
        by="robert",
        age="3h",
        text="I am sorry. It is the third time this month.",
        steps=(
            take("miriam", "5m"),
            reply(
                "miriam",
                "10m",
                "No harm done. Please come by with your card, it takes a minute.",
                minutes=5,
            ),
            status("miriam", "90m", to="resolved"),
        ),
    ),
    Story(
        key="keyboard",
        queue="Help Desk",
        subject="Tea in keyboard",
        by="prisca",
        age="27h",
        text="The letters a, s and d do not work. (I copied these from elsewhere.)",
        steps=(
            take("tom", "15m"),
            reply("tom", "30m", "A new one is on your desk.", minutes=10),
            reply("prisca", "1h", "Fast! Thanks, and regards to all sad lads."),
            status("tom", "5m", to="resolved"),
        ),
    ),
    Story(
        key="printer",
        queue="Help Desk",
        subject="Printer on the third floor prints one page of thirty",
        by="julia",
        age="49h",
        priority=25,
        due="-6h",
        files=("printer-display.png",),
        text="It stops after the first page and shows what you see in the picture.",
        steps=(
            take("tom", "40m"),
            reply("tom", "2h", "Which program do you print from?"),
            reply("julia", "5h", "From the browser, always PDF."),
            note("tom", "20h", "Old driver on the print server?", minutes=20),
        ),
    ),
    Story(
        key="phone",
        queue="Help Desk",
        subject="Desk phone shows No Service",
        by="library",
        age="18m",
        text="All three phones at the front desk, since about ten minutes.",
    ),
    Story(
        key="laptop",
        queue="Help Desk",
        subject="Laptop for a six-week field trip",
        by="grace",
        age="13d",
        due="-3d",
        text="Sturdy, long battery life, no need for speed. We leave in two weeks.",
        steps=(
            take("fatuma", "3h"),
            reply("fatuma", "1d", "Two are free, which keyboard layout?"),
            reply("grace", "6h", "English, please."),
            status("fatuma", "1d", to="stalled"),
            note("fatuma", "3d", "Comes back from repair next week."),
        ),
    ),
    Story(
        key="account-close",
        queue="Help Desk",
        subject="Close the accounts of last year's interns",
        by="finance",
        age="29d",
        text="Seven people, list by internal mail.",
        steps=(
            give("fatuma", "1d", to="david"),
            reply(
                "david", "2d", "All closed, mail is kept for ninety days.", minutes=40
            ),
            status("david", "5m", to="resolved"),
        ),
    ),
    Story(
        key="sound",
        queue="Help Desk",
        subject="No sound in video calls",
        by="sarah",
        age="36d",
        text="I see everybody and they hear me, but I hear nothing.",
        steps=(
            take("miriam", "20m"),
            reply("miriam", "10m", "Is the small switch on the headset's cable red?"),
            reply("sarah", "5m", "Oh."),
            status("miriam", "1m", to="resolved"),
        ),
    ),
    Story(
        key="training",
        queue="Help Desk",
        subject="Introduction to the ticket system for the library",
        by="library",
        age="16d",
        priority=10,
        text="We are six and would like to learn how to follow our own requests.",
        steps=(
            take("tom", "1d"),
            reply("tom", "2h", "Tuesday at ten? An hour is enough."),
            reply("library", "1d", "Tuesday is fine."),
            priority("tom", "1h", to=20),
            reply("tom", "6d", "It was a pleasure. Slides attached.", minutes=75),
            status("tom", "5m", to="resolved"),
        ),
    ),
)
