"""The people of the example site."""

from typing import Final, NamedTuple


class Person(NamedTuple):
    """Somebody with a name and an address."""

    name: str
    real_name: str
    email: str


STAFF: Final = tuple(
    Person(name, real_name, f"{name}@noc.example.org")
    for name, real_name in (
        ("amina", "Amina Noor"),
        ("joseph", "Joseph Okello"),
        ("ruth", "Ruth Achieng"),
        ("samuel", "Samuel Mugisha"),
        ("lydia", "Lydia Nabirye"),
        ("peter", "Peter Ssali"),
        ("esther", "Esther Wanjiru"),
        ("brian", "Brian Kiggundu"),
        ("fatuma", "Fatuma Hassan"),
        ("david", "David Ochieng"),
        ("miriam", "Miriam Tesfaye"),
        ("tom", "Tom Becker"),
    )
)

NETWORK_OPERATIONS: Final = "Network Operations"
SYSTEMS_AND_SERVICES: Final = "Systems and Services"
SERVICE_DESK: Final = "Service Desk"
GROUPS: Final = {
    NETWORK_OPERATIONS: ("amina", "joseph", "ruth", "samuel"),
    SYSTEMS_AND_SERVICES: ("lydia", "peter", "esther", "brian"),
    SERVICE_DESK: ("fatuma", "david", "miriam", "tom"),
}
LEADS: Final = ("amina", "lydia", "fatuma")

_OUTSIDE = (
    ("grace", "Grace Kato", "grace.kato@example.org"),
    ("daniel", "Daniel Otim", "daniel.otim@example.org"),
    ("sarah", "Sarah Lwanga", "sarah.lwanga@example.org"),
    ("registry", "Registry Office", "registry@example.org"),
    ("finance", "Irene Atim", "irene.atim@finance.example.org"),
    ("library", "Library Desk", "desk@library.example.org"),
    ("hassan", "Hassan Ali", "hassan.ali@example.org"),
    ("julia", "Julia Meyer", "julia.meyer@example.org"),
    ("robert", "Robert Kiwanuka", "robert.kiwanuka@example.org"),
    ("prisca", "Prisca Auma", "prisca.auma@example.org"),
    ("upstream", "Upstream NOC", "noc@upstream.example"),
    ("abuse", "Abuse Desk", "abuse@isp.example"),
    ("nagios", "Nagios", "nagios@mon.example.org"),
    ("cacti", "Cacti", "cacti@mon.example.org"),
    ("smokeping", "Smokeping", "smokeping@mon.example.org"),
)
# They never had a password: they are known by their address, as by mail.
REQUESTORS: Final = {
    nick: Person(email, real_name, email) for nick, real_name, email in _OUTSIDE
}

EVERY_GROUP: Final = tuple(GROUPS)


class Place(NamedTuple):
    """A queue, its address, and which groups work in it."""

    name: str
    description: str
    address: str
    groups: tuple[str, ...] = EVERY_GROUP


QUEUES: Final = (
    Place("Networking", "Routers, switches, links", "networking@noc.example.org"),
    Place("Services", "Mail, DNS, RADIUS, web", "services@noc.example.org"),
    Place(
        "Security",
        "Abuse, phishing, certificates",
        "security@noc.example.org",
        (NETWORK_OPERATIONS, SYSTEMS_AND_SERVICES),
    ),
    Place("Systems", "Servers, storage, backup", "systems@noc.example.org"),
    Place("Help Desk", "Everything people ask for", "helpdesk@noc.example.org"),
)
