"""The names that columns have in real files, and what each is read as. Compared by `header_key`: no case, accents, signs.

To add one, write it behind its field: see docs/how-to/add-an-import-alias.md.
"""

from django.utils.translation import gettext_lazy as _

FIELDS = {
    "building": _("Building"),
    "unit": _("Unit"),
    "unit_suffix": _("Unit, second part"),
    "unit_type": _("Type of unit"),
    "floor": _("Floor"),
    "rooms": _("Rooms"),
    "area": _("Area, m²"),
    "charge": _("Monthly charge"),
    "charge_frequency": _("How often it is charged"),
    "full_name": _("Whole name, also of several people"),
    "first_name": _("Given name"),
    "last_name": _("Family name"),
    "organization": _("Organisation"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "phone2": _("Second telephone"),
    "birth_date": _("Born"),
    "joined_on": _("Member since"),
    "left_on": _("Left"),
    "move_in": _("Moved in"),
    "move_out": _("Moved out"),
    "role": _("Role or office"),
    "household_id": _("Number of the household"),
    "household_name": _("Name of the household"),
    "is_child": _("Is a child"),
    "children": _("Number of children"),
    "guardians": _("Parents or guardians"),
    "iban": _("Account number (IBAN)"),
    "external_id": _("Number in the old system"),
}
"""What a column can be read as, in the order of the page, with its words."""

CANONICAL = {"unit_suffix": "unit", "household_id": "household", "household_name": "household"}
"""What two columns make together, where the name differs."""

_ALIASES = """
building: building, bldg, property, site, house, liegenschaft bezeichnung, liegenschaft, gebaude, haus,
  immeuble, batiment, edificio
unit: unit, unit name, unit id, unit number, unit no, unit num, nummer, apartment, apartment number, apt, apt no, flat, flat no,
  flat number, suite, appt, appartement, wohnung, whg, wohnungsnummer, wohnungsnr, objekt nummer, lot, door, vivienda, lokal
unit_suffix: unit suffix
unit_type: unit type, type of unit, wohnungstyp, objekttyp, objekttyp bezeichnung, size of flat
floor: floor, storey, etage, etage nummer, stockwerk, level
rooms: rooms, bedrooms, zimmer, zimmerzahl, zimmerzahl anzahl, pieces
area: area, area m2, area sqm, sqm, nutzflaeche, nutzflache, flache, wohnflache, surface
charge: charge, monthly charge, housing charge, rent, monthly rent, dues, monthly dues, recurring charge amount, nettomiete,
  miete, nutzungsentgelt, loyer, redevance, hoa dues
charge_frequency: recurring charge frequency, charge frequency, frequency, billing frequency
full_name: full name, name, names, residents, resident, member name, owner name, tenant name, tenant, mieter,
  mieter person person name vorname, nom complet, nombre completo, bewohner, occupants
first_name: first name, firstname, given name, vorname, p vorname, prenom, nombre, forename, jina
last_name: last name, lastname, surname, family name, nachname, p nachname, familienname, nom, nom de famille, apellido, apellidos
organization: organization, organisation, company, company name, firma, firmenname, p ansprechperson, verein, society
email: p emailp, e mail, email, mail, main e mail, main email, haupt e mail, email address, e mail address, e mail adresse,
  mailadresse, courriel, correo, correo electronico, barua pepe, primary email
phone: phone, phones, mobile phone, mobile, mobil, handy, p mobilep, telephone, phone number, cell, cell phone, telefon,
  telefonnummer, tel, telefono, simu, portable, primary phone, mobile number
phone2: home phone, telefonprivat, telefon privat, p telp, phone 2, second phone, festnetz, landline
birth_date: birth date, birthdate, birthday, born, date of birth, dob, geburtsdatum, geburtstag, geboren, p geburtsdatum,
  date de naissance, fecha de nacimiento
joined_on: joined on, joined, join date, date joined, member since, membership date, membership start, eintritt, eintrittsdatum,
  mitglied seit, x heute, start on, start date, date d entree
left_on: left on, left, leave date, leaving date, departure date, deactivated at, austritt, austrittsdatum, end on, end date,
  membership end, date de sortie
move_in: moved in, move in, move in date, movein date, einzug, einzugsdatum, verhaeltnis gueltigvon, tenancy start, occupied from
move_out: moved out, move out, move out date, auszug, auszugsdatum, verhaeltnis gueltigbis, tenancy end, occupied until
lease_start: lease start, lease start date, lease from, contract start
lease_end: lease end, lease end date, lease to, contract end
role: role, roles, office, offices, rolle, rollen, funktion, amt, position, mieter bezeichnung, function
household_id: household id, household number, haushalt nr, family id
household_name: household, household name, family, haushalt, familie, menage
is_child: is child, child
children: kids, children, number of children, kinder, anzahl kinder, enfants
guardians: parents guardians, guardians, guardian, guardian names, parents, eltern, erziehungsberechtigte
iban: iban, zs dd, account number, kontonummer
external_id: id, member id, member no, member number, membership number, mitgliedsnummer, mitgliedsnr, mitglied nr, p nr,
  employee number, reference, adherent
"""

KNOWN_UNUSED = {
    "remarks", "remark", "note", "notes", "comment", "comments", "bemerkung", "bemerkungen", "notiz", "kommentar", "remarques",
    "lease start date", "lease end date",
}  # fmt: skip
"""Columns that stay behind by their nature; nobody is asked about them."""

KNOWN_PREFIXES = ("p ", "zs ", "x ")
"""Of a system whose whole address template is known: what is not named above has no place in a register."""

DOUBTFUL = {"p ansprechperson"}
"""Columns whose name says one thing and whose cells hold another: the rows are asked about."""


def _table() -> dict[str, tuple[str, int]]:
    """Alias -> field and rank; of two columns for one field the lower rank counts."""
    table: dict[str, tuple[str, int]] = {}
    for part in _ALIASES.replace("\n  ", " ").strip().splitlines():
        field, _colon, names = part.partition(":")
        for rank, name in enumerate(names.split(",")):
            table[name.strip()] = (field, rank)
    return table


TABLE = _table()
