"""Who belongs to the demo cooperatives: invented people with the standing that PRODUCT.md and the look give them."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..roles import Role


@dataclass(frozen=True)
class DemoPerson:
    """One adult: since how many months, with which roles besides member, with or without a login."""

    name: str
    months: int
    roles: tuple[str, ...] = (Role.MEMBER,)
    has_login: bool = True
    home: str = ""  # where their address is, when another cooperative knew them first

    def email(self, domain: str) -> str:
        """Their invented address; empty for people without one."""
        words = slugify(self.name).replace("-", ".")
        return f"{words}@{self.home or domain}" if self.has_login else ""


@dataclass(frozen=True)
class DemoCooperative:
    """One demo cooperative: its facts, and its people in the order in which they joined. The first founds it.

    `phones` begins the telephones of its people; empty where no numbers are kept for invented people.
    """

    slug: str
    domain: str
    facts: dict[str, Any]
    people: tuple[DemoPerson, ...] = field(default=())
    phones: str = ""


@dataclass(frozen=True)
class Login:
    """A demo login as the sign-in page shows it."""

    detail: str | Promise
    short: str
    hue: int


LINDEN_HUE, KILELE_HUE = 155, 255
LOGINS: dict[str, Login] = {
    "marta.lindqvist@linden-court.example": Login(_("Linden Court, secretary"), "Linden Court", LINDEN_HUE),
    "tomasz.zielinski@linden-court.example": Login(_("Linden Court, treasurer"), "Linden Court", LINDEN_HUE),
    "wanjiru.kamau@linden-court.example": Login(_("member of both"), "Linden Court", LINDEN_HUE),
    "amina.yusuf@kilele.example": Login(_("Kilele Dev Chama, admin"), "Kilele Dev", KILELE_HUE),
    "hassan.abdi@kilele.example": Login(_("Kilele Dev Chama, observer"), "Kilele Dev", KILELE_HUE),
}


def _members(months: int, *names: str, has_login: bool = True) -> tuple[DemoPerson, ...]:
    return tuple(DemoPerson(name, months, has_login=has_login) for name in names)


_LINDEN = (
    DemoPerson("Aoife Brennan", 72, (Role.ADMIN, Role.MEMBER)),
    *_members(72, "Piet Jansen", "Gertrud Hoffmann", has_login=False),
    DemoPerson("Marta Lindqvist", 72, (Role.SECRETARY, Role.MEMBER)),
    DemoPerson("Tomasz Zieliński", 72, (Role.TREASURER, Role.MEMBER)),
    *_members(72, "Sanne de Vries", "Ingrid Solheim", "Klaus Richter", "Nora Varga", "Mirek Novotný"),
    *_members(71, "Beatriz Fonseca", "Samuel Okafor", "Lena Hartmann", "Jiří Dvořák"),
    *_members(70, "Hélène Marchand", "Alfons Weber", has_login=False),
    *_members(70, "Goran Petrović", "Maja Kovačević", "Anneke Bakker"),
    *_members(68, "Mei-Ling Chan", "David Chan", "Priya Raman"),
    *_members(66, "Rosa Delgado", "Stefan Ionescu", "Ayşe Kaya"),
    *_members(65, "Pedro Almeida", "Inês Almeida"),
    *_members(63, "Mateus Ribeiro", "Karin Nyström", "Erik Nyström"),
    *_members(62, "Yusuf Demir", "Elif Demir", "Thandiwe Dube"),
    *_members(60, "Ottilie Brandt", "Heinrich Brandt", has_login=False),
    *_members(58, "Giulia Conti", "Marco Conti", "Noor Hassan"),
    *_members(56, "Wanjiru Kamau", "Ciarán Doyle", "Agnieszka Wójcik"),
    *_members(53, "Leila Farahani", "Omid Farahani", "Jonas Keller"),
    *_members(50, "Simone Lefèvre", "Bastien Lefèvre", "Amara Diallo"),
    *_members(47, "Viktor Horváth", "Zsófia Horváth", "Ewa Nowak"),
    *_members(45, "Ruben Castellanos", "Paula Castellanos"),
    *_members(42, "Henrik Aalto", "Aino Aalto", "Tariq Mahmood"),
    *_members(38, "Carmen Ortega", "Dimitri Papadakis"),
    *_members(35, "Eleni Papadakis", "Walter Schmid", has_login=False),
    *_members(31, "Sofia Marques", "Abel Tesfaye", "Hanna Lindgren"),
    *_members(30, "Olena Kovalenko"),
    *_members(27, "Fatima Haddad", has_login=False),
    *_members(24, "Karim Haddad", "Nadia Benali"),
    *_members(18, "Oskar Lindahl", "Chiara Ferri"),
    *_members(11, "Rahel Gebre", "Liam Byrne"),
    *_members(4, "Milena Stojanova"),
)
_KILELE = (
    DemoPerson("Amina Yusuf", 22, (Role.ADMIN, Role.MEMBER)),
    *_members(22, "Otieno Ochieng"),
    DemoPerson("Wanjiru Kamau", 22, home="linden-court.example"),
    DemoPerson("Njeri Mwangi", 22, (Role.TREASURER, Role.MEMBER)),
    DemoPerson("Kiprono Cheruiyot", 21, (Role.SECRETARY, Role.MEMBER)),
    *_members(21, "Baraka Mutua", "Zawadi Njoroge"),
    *_members(18, "Achieng Odhiambo", "Mwende Mutiso"),
    *_members(14, "Wekesa Barasa"),
    *_members(9, "Halima Noor"),
    DemoPerson("Hassan Abdi", 6, (Role.OBSERVER,)),
)
DEMO = (
    DemoCooperative(
        "linden-court",
        "linden-court.example",
        {
            "name": "Linden Court Housing Co-operative",
            "kind": "housing",
            "description": "48 homes in two buildings, North and South. All people and figures are invented.",
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "hue": LINDEN_HUE,
        },
        _LINDEN,
        # These ring nowhere: Berlin keeps 030 23125 000 to 999 for films and books.
        phones="+49 30 23125",
    ),
    DemoCooperative(
        "kilele-dev-chama",
        "kilele.example",
        {
            "name": "Kilele Dev Chama",
            "kind": "chama",
            "description": "Twelve developers in Nairobi who save and build together. All people are invented.",
            "currency": "KES",
            "time_zone": "Africa/Nairobi",
            "hue": KILELE_HUE,
        },
        _KILELE,
    ),
)
