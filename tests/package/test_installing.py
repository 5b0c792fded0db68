"""However it is installed, gptchat serves its page and answers; where it cannot be, it says why.

Every environment is fresh, and no Node.js is in reach of a server that answers.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.chatting import answer, expect_idle, say
from support.installing import (
    Environment,
    answers_from,
    asked_for,
    copy_checkout,
    find_python,
    run,
    succeed,
    without_node,
)
from support.page import Page as Tab
from support.serving import serve
from support.web import Visitor

DEMO = "import os; from gptchat.cli import main; main(['demo', '--port', os.environ['PORT']])"
ODD = "Späße und Ümläute 空"


def test_the_wheel_in_an_empty_environment_answers(installed: Environment) -> None:
    answers_from(installed)


def test_the_wheel_holds_each_library_once_packed_and_with_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as inside:
        sizes = {Path(each.filename).name: each.file_size for each in inside.infolist()}
    libraries = {name for name in sizes if re.match(r"plotly-[0-9.]+\.js", name)}
    assert [name.rpartition(".")[2] for name in libraries] == ["gz"]
    assert {"plotly.html", "plotly.js", "frame.js", "plotly.LICENSE.txt"} <= set(sizes)


def test_the_wheel_in_an_empty_environment_shows_the_demo_in_a_browser(
    installed: Environment, page: Page
) -> None:
    with serve(DEMO, python=installed.python, env=without_node()) as server:
        page.goto(server.url)
        say(page, "Show me a table.")
        expect_idle(page)
        expect(answer(page)).not_to_be_empty()
        expect(answer(page).get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_the_wheel_answers_in_every_python_it_names(
    wheel: Path, tmp_path: Path, version: str
) -> None:
    python = find_python(version, tmp_path / "pythons")
    if isinstance(python, str):
        pytest.skip(python)
    env = Environment.made_by_uv(tmp_path / "env", python)
    succeed(env.uv(wheel))
    answers_from(env)
    assert env.ask("'%d.%d' % __import__('sys').version_info[:2]") == version


def test_the_demo_and_its_client_work_with_the_oldest_libraries_allowed(
    wheel: Path, tmp_path: Path
) -> None:
    python = find_python("3.11", tmp_path / "pythons")
    if isinstance(python, str):
        pytest.skip(python)  # For newer ones the oldest pydantic would have to be compiled.
    env = Environment.made_by_uv(tmp_path / "env", python)
    succeed(env.uv("--resolution", "lowest-direct", wheel, *asked_for(wheel)))
    answers_from(env)
    with serve(DEMO, python=env.python, env=without_node()) as server:
        with Tab(Visitor(server.port)) as tab:
            tab.say("Show me a table.")
            tab.wait_idle()
            assert "| --" in tab.text() or "|--" in tab.text() or "|:-" in tab.text(), server.log()


def test_the_sdist_needs_no_node(sdist: Path, tmp_path: Path) -> None:
    env = Environment.made_by_venv(tmp_path / "env")
    succeed(env.pip("install", sdist, env=without_node()))
    answers_from(env)


def test_pip_builds_the_page_of_a_checkout(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    env = Environment.made_by_venv(tmp_path / "env")
    succeed(env.pip("install", checkout / "package"))
    shutil.rmtree(checkout)
    answers_from(env)


def test_uv_builds_the_page_of_a_checkout(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout", packages=True)
    env = Environment.made_by_uv(tmp_path / "env")
    succeed(env.uv(checkout / "package"))
    shutil.rmtree(checkout)
    answers_from(env)


def test_a_checkout_and_its_environment_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / ODD / "checkout", packages=True)
    env = Environment.made_by_venv(tmp_path / ODD / "env")
    succeed(env.pip("install", checkout / "package"))
    answers_from(env)
    assert succeed(run(env.command("gptchat"), "--version")).stdout.startswith("gptchat ")


def test_an_editable_install_builds_the_page_when_there_is_none(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout", packages=True)
    env = Environment.made_by_venv(tmp_path / "env")
    succeed(env.pip("install", "--editable", checkout / "package"))
    answers_from(env, home=checkout)


def test_an_editable_install_keeps_the_page_that_is_there(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout", page=True)
    index = checkout / "package/gptchat/static/index.html"
    before = index.stat().st_mtime_ns
    env = Environment.made_by_venv(tmp_path / "env")
    succeed(env.pip("install", "--editable", checkout / "package", env=without_node()))
    assert index.stat().st_mtime_ns == before
    answers_from(env, home=checkout)


def test_a_checkout_without_node_says_what_to_install(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    env = Environment.made_by_venv(tmp_path / "env")
    refused = env.pip("install", checkout / "package", env=without_node())
    assert refused.returncode != 0
    assert "Building gptchat's page needs Node.js >= 20.19 with npm; found none." in refused.stdout
    assert "or install a released wheel, which needs no Node.js" in refused.stdout


def test_a_package_without_its_page_and_client_says_what_is_missing(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    shutil.rmtree(checkout / "client")
    env = Environment.made_by_venv(tmp_path / "env")
    refused = env.pip("install", checkout / "package")
    assert refused.returncode != 0
    assert "holds neither the built page (gptchat/static) nor its sources" in refused.stdout
    assert "install a released wheel" in refused.stdout
