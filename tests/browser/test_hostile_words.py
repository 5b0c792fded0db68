"""What a model, or whoever wrote what it read, may try: nothing of it runs or leaves the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Error, Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, bubbles, expect_idle, say, tools
from support.scripted import Scripted, call

HOSTILE = """\
<img src=x onerror="alert(1)"> <svg onload=alert(2)><script>alert(3)</script></svg>
<style>* { display: none }</style><iframe src="https://evil.example/"></iframe>
<a href="javascript:alert(4)">raw</a> <form action="https://evil.example"><input></form>

[one](javascript:alert(5)) [two](JaVaScRiPt&colon;alert(6)) [three](data:text/html,<b>7</b>)
[four](vbscript:alert(8)) <javascript:alert(9)> [five](https://evil.example/?q=secret "title")
[six]( java\tscript:alert(10)) [seven](//evil.example/x) [eight]: javascript:alert(11)

![a picture](https://evil.example/pixel.png?secret) ![](data:image/svg+xml,<svg onload=alert(12)>)
![x](x" onerror="alert(13)) [![linked](https://evil.example/2.png)](javascript:alert(14))

```html" onmouseover="alert(15)
<script>alert(16)</script><img src=https://evil.example/3.png>
```

| <b onclick=alert(17)>a</b> | `</td><script>alert(18)</script>` |
|---|---|
| <img src=//evil.example/4.png> | $\\href{javascript:alert(19)}{x}$ |

&lt;script&gt;alert(20)&lt;/script&gt; \u202etxt.exe\u202c <math><mtext><script>alert(21)</script>

[ref]: https://evil.example/5.png
![by reference][ref] <!-- <img src=x onerror=alert(22)> --> <base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/"> The end.
"""

DANGEROUS = """() => {
    const bad = [];
    for (const element of document.querySelectorAll("main *")) {
        const name = element.localName;
        if (["script", "style", "iframe", "object", "embed", "form", "base", "meta", "link"]
                .includes(name) && element.dataset.gc !== "composer")
            bad.push(name);
        for (const { name: key, value } of element.attributes) {
            if (key.startsWith("on")) bad.push(`${name} ${key}`);
            if (["href", "src", "action", "xlink:href", "formaction"].includes(key)
                    && /^\\s*(javascript|vbscript|data:text)/i.test(value))
                bad.push(`${name} ${key}=${value}`);
        }
    }
    for (const link of document.querySelectorAll("main a[href]"))
        if (!link.rel.includes("noopener")) bad.push(`a without noopener: ${link.href}`);
    for (const picture of document.querySelectorAll("main img"))
        bad.push(`img ${picture.src}`);
    return bad;
}"""


@pytest.fixture
def wary(page: Page, scripted: Scripted) -> Page:
    """A new chat that would notice a dialog, and remembers violations of its policy."""
    opened: list[str] = []

    def note(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.add_init_script(
        "window.violations = []; document.addEventListener('securitypolicyviolation',"
        " (event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    page.dialogs = opened  # type: ignore[attr-defined]
    scripted.says()
    page.goto(scripted.url)
    return page


def expect_harmless(page: Page) -> None:
    """Nothing that could run is there, nothing has run, and the policy was never touched."""
    assert page.evaluate(DANGEROUS) == []
    assert page.evaluate("window.violations") == []
    assert page.dialogs == []  # type: ignore[attr-defined]
    expect(page.locator("[data-gc=composer]")).to_be_visible()


def test_what_would_be_dangerous_is_noticed(wary: Page, watch: Watch) -> None:
    wary.evaluate(
        """() => {
            const add = (name, of) => {
                const element = Object.assign(document.createElement(name), of);
                document.querySelector("main").append(element);
            };
            add("a", { href: "javascript:alert(1)" });
            add("img", { src: "data:," });
        }"""
    )
    assert wary.evaluate(DANGEROUS) == [
        "a href=javascript:alert(1)",
        "a without noopener: javascript:alert(1)",
        "img data:,",
    ]
    with pytest.raises(Error, match="TrustedScript"):
        wary.evaluate("document.querySelector('main').setAttribute('onclick', 'alert(2)')")
    assert "require-trusted-types-for trusted-types-sink" in wary.evaluate("window.violations")
    watch.errors.clear()


ALL_AT_ONCE = Reply(HOSTILE, chunk="whole")
BIT_BY_BIT = Reply(HOSTILE, chunk=3, rate=400)


@pytest.mark.parametrize("reply", [ALL_AT_ONCE, BIT_BY_BIT], ids=["at once", "bit by bit"])
def test_a_hostile_answer_is_words(
    wary: Page, scripted: Scripted, watch: Watch, reply: Reply
) -> None:
    scripted.says(reply)
    say(wary, "Please.")
    for _ in range(3 if reply is BIT_BY_BIT else 0):
        wary.wait_for_timeout(200)
        assert wary.evaluate(DANGEROUS) == []
    expect_idle(wary)
    expect(answer(wary)).to_contain_text("The end.")
    expect(answer(wary)).to_contain_text('<img src=x onerror="alert(1)">')
    expect_harmless(wary)
    for link in answer(wary).locator("a").all():
        assert str(link.get_attribute("href")).startswith("https://")
    wary.reload()
    expect(answer(wary)).to_contain_text("The end.")
    expect_harmless(wary)
    assert watch.off_origin == []


def test_what_a_person_says_is_words(wary: Page) -> None:
    say(wary, HOSTILE)
    expect_idle(wary)
    assert bubbles(wary).inner_text().strip() == HOSTILE.strip()
    assert bubbles(wary).locator("*").count() == 0
    expect_harmless(wary)


def test_calls_and_their_results_are_words(wary: Page, scripted: Scripted) -> None:
    hostile = call("dig", HOSTILE, place=HOSTILE)
    scripted.says(Reply(tool_calls=[hostile]), "Done.")
    say(wary, "Dig.")
    expect(answer(wary)).to_contain_text("Done.")
    tools(wary).get_by_role("button").first.click()
    expect(tools(wary)).to_contain_text("<script>alert(3)</script>")
    expect_harmless(wary)


def test_thoughts_and_refusals_are_words(wary: Page, scripted: Scripted) -> None:
    scripted.says(Reply(reasoning=HOSTILE, refusal=HOSTILE))
    say(wary, "Please.")
    expect_idle(wary)
    wary.locator("[data-gc=reasoning]").get_by_role("button").first.click()
    expect(answer(wary)).to_contain_text("The end.")
    expect_harmless(wary)


def test_a_long_word_and_mixed_directions_do_not_widen_the_page(
    wary: Page, scripted: Scripted
) -> None:
    wary.set_viewport_size({"width": 320, "height": 640})
    table = "| a | b |\n|--|--|\n" + "| y | z |\n" * 9
    scripted.says("x" * 4000 + f"\n\nمرحبا `code` بالعالم\n\n{table}")
    say(wary, "w" * 4000)
    expect_idle(wary)
    width = "document.querySelector('[data-gc=scroll]').scrollWidth"
    assert wary.evaluate(width) <= 320
    assert wary.evaluate("document.documentElement.scrollWidth") <= 320
