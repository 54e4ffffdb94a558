"""The people and places of the demonstration. All of it is invented; the numbers are those kept for fiction.

Numbers 555-0100 to 555-0199 of each area code belong to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Ateliers Boisclair Workshops"
NEIGHBOUR = "Imprimerie du Canal"

DEPARTMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Montréal": {"Fabrication": ("Ébénisterie", "Finition"), "Ventes": ("Soumissions",)},
    "Québec": {"Magasin": ("Livraison",)},
    "Ottawa": {"Showroom": ("Customer service",)},
}
"""The sites, each with two nested levels below it."""

BLOCKS = (
    ("+15145550100", "+15145550139"),
    ("+14185550100", "+14185550129"),
    ("+16135550100", "+16135550119"),
)
NEIGHBOUR_BLOCK = ("+14385550100", "+14385550109")


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the company: its owner, where it is, and what is special about it.

    `role` is `subscriber`, `department_administrator` (of its site), `group_administrator` or `supervisor` (a
    department administrator of its site with the dashboard).
    """

    name: str
    department: str
    number: str
    language: str = "fr"
    role: str = "subscriber"
    voicemail: bool = True
    phones: int = 1
    common_area: bool = False


def people() -> tuple[Person, ...]:
    """Return the company's 40 lines, in the order of their extensions, from 201."""
    return (*_montreal(), *_quebec(), *_ottawa())


def neighbours() -> tuple[Person, ...]:
    """Return the second company's 3 lines; their extensions are 201 to 203 as well."""
    return (
        Person("Normand Desautels", "", "+14385550101", role="group_administrator"),
        Person("Fatou Diallo", "", "+14385550102"),
        Person("Étienne Marchand", "", "+14385550103", voicemail=False),
    )


def _montreal() -> tuple[Person, ...]:
    ventes, soumissions = "Montréal/Ventes", "Montréal/Ventes/Soumissions"
    atelier, ebenisterie = "Montréal/Fabrication", "Montréal/Fabrication/Ébénisterie"
    finition = "Montréal/Fabrication/Finition"
    rows: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("Marie-Ève Tremblay", "Montréal", {"role": "group_administrator"}),
        ("Jean-François Gagné", "Montréal", {"role": "department_administrator"}),
        ("Hélène Bélanger", ventes, {"role": "supervisor", "phones": 2}),
        ("Mathieu Côté", ventes, {}),
        ("Sophie Lévesque", ventes, {}),
        ("Kevin O'Brien", ventes, {"language": "en"}),
        ("Chloé Pelletier", soumissions, {}),
        ("Nguyễn Thị Lan", soumissions, {}),
        ("Olivier Fortin", soumissions, {}),
        ("Réjean Ouellet", atelier, {"phones": 2}),
        ("Sylvie Gagnon", atelier, {}),
        ("Gaétan Thériault", ebenisterie, {}),
        ("Benoît Lachance", ebenisterie, {"voicemail": False}),
        ("Zoé Charbonneau", ebenisterie, {}),
        ("André Bérubé", ebenisterie, {"voicemail": False}),
        ("Noémie Desjardins", finition, {}),
        ("Samuel St-Onge", finition, {}),
        ("Aïcha Benali", finition, {}),
        ("Atelier, poste commun", atelier, {"common_area": True, "voicemail": False}),
        ("Geneviève L'Heureux", "Montréal", {}),
    )
    return _placed("+1514555", 101, rows)


def _quebec() -> tuple[Person, ...]:
    magasin, livraison = "Québec/Magasin", "Québec/Magasin/Livraison"
    rows: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("Stéphane Paradis", "Québec", {"role": "department_administrator"}),
        ("Émilie Bouchard", magasin, {}),
        ("Félix-Antoine Roy", magasin, {}),
        ("Marguerite D'Amours", magasin, {}),
        ("Léa Simard", magasin, {}),
        ("Ghislain Turcotte", magasin, {"voicemail": False}),
        ("Pierre-Luc Morin", livraison, {}),
        ("Joël Cloutier", livraison, {"voicemail": False}),
        ("Mélanie Poirier", livraison, {}),
        ("William Harvey", "Québec", {"language": "en"}),
        ("Josée Nadeau", "Québec", {}),
        ("Maxime Lefebvre", "Québec", {}),
    )
    return _placed("+1418555", 101, rows)


def _ottawa() -> tuple[Person, ...]:
    showroom, service = "Ottawa/Showroom", "Ottawa/Showroom/Customer service"
    rows: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("Margaret MacDonald", "Ottawa", {"role": "department_administrator"}),
        ("Thomas Whitfield", showroom, {}),
        ("Priya Raghunathan", showroom, {}),
        ("Siobhán Gallagher", showroom, {}),
        ("Daniel Okafor", service, {}),
        ("Emily Zhang", service, {}),
        ("Luc Séguin", service, {"language": "fr"}),
        ("Rebecca Singh", "Ottawa", {"voicemail": False}),
    )
    return _placed("+1613555", 101, rows, language="en")


def _placed(
    prefix: str, first: int, rows: tuple[tuple[str, str, dict[str, object]], ...], language: str = "fr"
) -> tuple[Person, ...]:
    return tuple(
        Person(**{"language": language, **special, "name": name, "department": department,
                  "number": f"{prefix}{first + index:04d}"})  # type: ignore[arg-type]
        for index, (name, department, special) in enumerate(rows)
    )  # fmt: skip
