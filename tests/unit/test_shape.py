"""The project's shape: budgets of length, what may not be written where, and documents that keep up with the code."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "carillon"
MODULE_LINES = 300
FUNCTION_LINES = 45
TEMPLATE_LINES = 150
MIGRATIONS = "migrations"


def python_files(folder: Path) -> list[Path]:
    """Return a folder's Python files, generated ones left out."""
    return [file for file in sorted(folder.rglob("*.py")) if MIGRATIONS not in file.parts]


def templates() -> list[Path]:
    """Return every page and fragment."""
    return sorted(SOURCE.rglob("templates/**/*.html"))


def committed() -> list[Path]:
    """Return every text file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git of the machine
        cwd=ROOT, capture_output=True, check=False,
    ).stdout.decode()  # fmt: skip
    names = [name for name in listed.split("\0") if name]
    files = [ROOT / name for name in names] or [file for file in ROOT.rglob("*") if _own(file)]
    binary = {".png", ".jpg", ".ico", ".wav", ".woff2", ".mo", ".gz", ".pcap"}
    return [file for file in files if file.is_file() and file.suffix not in binary]


def _own(file: Path) -> bool:
    foreign = {".venv", "node_modules", ".carillon", ".git", "__pycache__"}
    return not foreign & set(file.relative_to(ROOT).parts) and not any(
        part.startswith(".") for part in file.parts[-1:]
    )


def shown(file: Path) -> str:
    """Return a file's name for a failure's message."""
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_modules_stay_short() -> None:
    long = {
        shown(file): count for file in python_files(SOURCE) if (count := len(_lines(file))) > MODULE_LINES
    }
    assert long == {}


def test_functions_stay_short() -> None:
    long = {
        f"{shown(file)}:{node.name}": length
        for file in python_files(SOURCE)
        for node in functions(file)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_templates_stay_short() -> None:
    long = {shown(file): count for file in templates() if (count := len(_lines(file))) > TEMPLATE_LINES}
    assert long == {}


def test_no_view_queries_the_database_itself() -> None:
    found = [
        f"{shown(file)}:{number}"
        for file in sorted(SOURCE.rglob("views.py"))
        for number, line in enumerate(_lines(file), start=1)
        if ".objects" in line
    ]
    assert found == []


INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)(?![^>]*type="application/json")|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:""",
    re.IGNORECASE,
)


def test_no_template_has_an_inline_script_or_style() -> None:
    found = [
        f"{shown(file)}: {match.group().strip()}"
        for file in templates()
        for match in INLINE.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ['<p style="a">', "<style>", "<script>x", "<a onclick='x'>", '<a href="javascript:x">']
)
def test_the_rule_on_inline_scripts_finds_them(text: str) -> None:
    assert INLINE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        '<script src="/a.js" defer>',
        "<p class='style'>",
        '<script type="application/json">',
        "<p data-one='1'>",
    ],
)
def test_the_rule_on_inline_scripts_leaves_the_rest(text: str) -> None:
    assert not INLINE.search(text)


READER = re.compile(r"""env\.(?:text|number|flag|path)\(\s*["']([A-Z_]+)["']""")


def settings_read() -> set[str]:
    """Return every setting the product reads from its environment."""
    names = {"HOME"}
    for file in python_files(SOURCE):
        names.update(READER.findall(file.read_text(encoding="utf-8")))
    return {f"CARILLON_{name}" for name in names}


def test_every_setting_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(CARILLON_[A-Z_]+)`", page, re.MULTILINE))
    assert settings_read() - documented == set()
    assert documented - settings_read() - {f"CARILLON_SECRET_{name}" for name in SECRETS} == set()


SECRETS = ("DJANGO", "ENGINE", "AMI", "ENCRYPTION")


def test_the_map_names_every_folder() -> None:
    page = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    features = [folder for folder in (SOURCE / "features").iterdir() if (folder / "__init__.py").is_file()]
    packages = [folder for folder in SOURCE.iterdir() if (folder / "__init__.py").is_file()]
    missing = [folder.name for folder in (*features, *packages) if f"`{folder.name}/`" not in page]
    assert missing == []


COMMAND = re.compile(r"`(?:make|carillon) ([a-z-]+)")


def test_documents_name_only_commands_that_exist() -> None:
    from carillon.config.cli import PROCESSES, parser

    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) | set(PROCESSES)
    known |= set(re.findall(r"^    ([a-z]+)(?: |$)", parser().format_help(), re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {
        (shown(page), word) for page in pages for word in COMMAND.findall(page.read_text(encoding="utf-8"))
    }
    assert {(page, word) for page, word in named if word not in known} == set()


LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{shown(page)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


# written in pieces, so that this file does not find itself
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:" + "home|root|wor" + r"k|Users|opt)/[\w.-]+"
    r"|\b(?:pyp" + r"i\.org|files\.pythonhos" + r"ted|registry\.npm" + r"js|registry\.yarn" + r"pkg)"
    r"|--(?:extra-)?index" + r"-url\s+\S",
)
ALLOWED = re.compile(r"/opt/carillon\b")


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = [
        f"{shown(file)}: {match.group()}"
        for file in committed()
        for match in ELSEWHERE.finditer(file.read_text(encoding="utf-8", errors="replace"))
        if not ALLOWED.match(match.group())
    ]
    assert found == []


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()
