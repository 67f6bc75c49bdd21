"""Words for roles and offices in files, and what they mean here."""

from cooperatives.reading import header_key

from ..roles import Role

MEMBER, GUEST, CHILD, FORMER, OBSERVER = "member", "guest", "child", "former", "observer"
CHAIR, VICE, SECRETARY, TREASURER, BOARD = "chair", "vice", "secretary", "treasurer", "board"
OFFICES = (CHAIR, VICE, SECRETARY, TREASURER, BOARD)
_WORDS = {
    MEMBER: "member, members, resident, owner, tenant, mitglied, bewohner, eigentumer, mieter, co owner, membre, miembro, adult, "
    "full member, shareholder, mwanachama",
    GUEST: "guest, visitor, gast, sublet, subtenant, untermieter, lodger",
    CHILD: "child, kid, kind, minor, enfant",
    FORMER: "former member, former, ex member, ehemalig, ehemaliges mitglied, left",
    OBSERVER: "observer, beobachter",
    CHAIR: "chair, chairperson, chairman, chairwoman, president, vorsitz, vorsitzende, vorsitzender, mwenyekiti",
    VICE: "vice chair, vice, vice president, deputy chair, stellvertretung, stv vorsitz",
    SECRETARY: "secretary, schriftfuhrer, schriftfuhrerin, sekretariat, katibu",
    TREASURER: "treasurer, kassier, kassierer, kassiererin, kassenwart, schatzmeister, mweka hazina",
    BOARD: "board, board member, director, vorstand, vorstandsmitglied, committee member",
}
_MEANINGS = {word.strip(): meant for meant, words in _WORDS.items() for word in words.split(",")}
GRANTS = {SECRETARY: Role.SECRETARY, TREASURER: Role.TREASURER, OBSERVER: Role.OBSERVER}
"""What a word gives besides membership; seats of the board are given on its own page."""


def meaning(word: str) -> str:
    """What a word for a role means; empty for one that is not known."""
    return _MEANINGS.get(header_key(word), "")


def is_office(word: str) -> bool:
    """Whether it is an office, or a role that is not known, which no child holds."""
    return meaning(word) in (*OFFICES, "")


def is_member(words: list[str]) -> bool:
    """Whether who is called so is a member: everybody but guests and children."""
    return not {meaning(word) for word in words} or not {meaning(word) for word in words} <= {GUEST, CHILD}


def granted(words: list[str]) -> list[Role]:
    """The roles that these words give."""
    return [GRANTS[meant] for word in words if (meant := meaning(word)) in GRANTS]
