"""The lägesbild's page in Chromium: on a phone, on a projector and printed; for who cannot see it, too.
"""

import base64
import datetime
import itertools
import json
import subprocess
from urllib.parse import urlsplit

import axe
import pytest
from incidents import put_incident, put_report

webdriver = pytest.importorskip("selenium.webdriver")
Service = pytest.importorskip("selenium.webdriver.chrome.service").Service

MUNICIPALITY = "upplands-bro"
LONG_PLACES = [
    "Centrum & torget <norra> vid den mycket långa promenaden mellan Finnstabergsskolan, simhallen och biblioteket",
    "Parkeringsplatsenbakomdetnedlagdaindustriområdetvidgamlalandsvägenochkraftledningsgatanmotjärnvägen",
    "Köpcentrumets nedre plan, entré C, vid hissarna och toaletterna",
    "Ö",
]
CATEGORIES = ["skadegorelse", "narkotika", "brand", "vald", "stold"]
PAGES = {
    "start": "/",
    "empty": "/v1/lagesbilder/kungsangen/2013-W20.html",
    "three": "/v1/lagesbilder/brunna/2013-W20.html",
    "three-hundred": "/v1/lagesbilder/bro/2013-W20.html",
    "month": "/v1/lagesbilder/bro/2013-05.html",
    "municipality": "/v1/lagesbilder/upplands-bro/2013-W20.html",
    "published": "/v1/lagesbilder/bro/2013-W19.html?version=1",
    "public": "/v1/lagesbilder/bro/2013-W20.html?audience=public",
}
MEETING = {
    "worries": ["Skolavslutning den 14 juni."],
    "decisions": [{"measure": "Tätare rondering vid " + LONG_PLACES[0], "owner": "Ordningsvakterna", "place": LONG_PLACES[1],
                   "start": "2013-05-13", "check": "2013-05-17"},
                  {"measure": "Bättre belysning", "owner": "Gata och park"}],
}
WIDTHS = (320, 390, 1280)


@pytest.fixture(scope="module")
def pages(daemon):
    """A year of weeks before W20 of 2013, then 300 incidents in Bro, 3 in Brunna and none in Kungsängen."""
    monday = datetime.date(2013, 5, 13)
    for week in range(1, 40):
        first = monday - datetime.timedelta(weeks=week)
        put_report(daemon, MUNICIPALITY, first)
        for n in range(1 + week % 4):
            put_incident(daemon, MUNICIPALITY, f"{first + datetime.timedelta(days=n)} 18:15", areas=["bro"],
                         organisation="Kommunpolisen", place=LONG_PLACES[n], category=CATEGORIES[n])
    put_report(daemon, MUNICIPALITY, monday)
    for n, place, category in zip(range(300), itertools.cycle(LONG_PLACES), itertools.cycle(CATEGORIES)):
        put_incident(daemon, MUNICIPALITY, f"2013-05-{13 + n % 7} {n % 24:02}:{n % 60:02}", areas=["bro"], place=place,
                     category=category, organisation="Väktarna i Bro och Kungsängen med omnejd AB",
                     text="Ruta <b>krossad</b>. " + "Entydligtförlångsammansättning" * 6)
    for n in range(3):
        put_incident(daemon, MUNICIPALITY, f"2013-05-{14 + n} 21:00", areas=["brunna"], category="brand")
    answer = daemon.call("PATCH", "/v1/lagesbilder/bro/2013-W19", daemon.admin_token, json=MEETING)
    assert answer.status_code == 200, answer.text
    answer = daemon.call("POST", "/v1/lagesbilder/bro/2013-W19/publish", daemon.admin_token)
    assert answer.status_code == 201, answer.text
    return daemon


@pytest.fixture(scope="module")
def browser(pages):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    try:
        driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    except Exception as reason:  # noqa: BLE001: whatever is missing, the reader is told
        pytest.skip(f"no Chromium to look with: {reason}")
    driver.set_script_timeout(300)  # axe takes its time on a slow machine
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setExtraHTTPHeaders",
                           {"headers": {"Authorization": f"Bearer {pages.admin_token}"}})
    yield driver
    driver.quit()


def look(browser, pages, name, width=1280):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    browser.get(pages.url + PAGES[name])
    assert browser.find_elements("tag name", "h1"), browser.page_source[:500]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(browser, pages, name, width):
    look(browser, pages, name, width)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    inner, wide = browser.execute_script("return [window.innerWidth, document.documentElement.scrollWidth]")
    assert inner == width and wide <= width
    outside = browser.execute_script("""
        return [...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll') &&
            (e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5))
            .map(e => e.outerHTML.slice(0, 120))""")
    assert outside == []


@pytest.mark.parametrize("name", PAGES)
def test_no_complaints_and_no_other_requests(browser, pages, name):
    browser.get_log("browser"), browser.get_log("performance")
    look(browser, pages, name)
    complaints = [entry for entry in browser.get_log("browser")
                  if entry["level"] == "SEVERE" and "/favicon.ico" not in entry["message"]]
    assert complaints == []

    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {message["params"]["request"]["url"] for message in sent if message["method"] == "Network.requestWillBeSent"}
    # The browser itself asks for its icon; the page asks for nothing.
    assert {url for url in asked if not url.endswith("/favicon.ico")} == {pages.url + PAGES[name]}
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(pages.url).netloc}


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_at_a_time(browser, pages, name):
    look(browser, pages, name)
    levels = browser.execute_script("return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:]))


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_says_what_it_shows(browser, pages, name):
    look(browser, pages, name)
    pictures = browser.execute_script("""
        return [...document.querySelectorAll('svg, img, [role=img]')].map(p => [p.getAttribute('role'),
            ...(p.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)?.textContent)])""")
    if name in ("three-hundred", "month", "municipality"):
        assert len(pictures) >= 4, "kinds, two lines and hours"
    for picture in pictures:
        assert picture[0] == "img" and len(picture) == 3 and all(picture), picture
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    # Each stands with the table or the list that has its numbers; but for the sheet's, which are the same once more on
    # the first page of paper, and the map of an area of whose places none is known.
    alone = browser.execute_script("""
        return [...document.querySelectorAll('svg[role=img]')].filter(p => !p.closest('.sheet') &&
            (p.id !== 'var-bild' || p.querySelector('circle')) && !p.closest('section').querySelector('table, ol'))
            .map(p => p.outerHTML.slice(0, 120))""")
    assert alone == []


CONTRAST = """
const light = c => { const v = c.map(x => x / 255).map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
                     return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const parts = text => text.match(/[\\d.]+/g).map(Number);
const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
                                                      if (c.length < 4 || c[3] === 1) return c.slice(0, 3); }
                      return [255, 255, 255]; };
const poor = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || e.closest('svg, .skip') || !e.getClientRects().length) continue;
  const style = getComputedStyle(e), a = light(parts(style.color).slice(0, 3)), b = light(ground(e));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
  if (ratio < (large ? 3 : 4.5)) poor.push([walker.currentNode.data.trim().slice(0, 40), ratio]);
}
return poor;
"""


@pytest.mark.parametrize("name", PAGES)
def test_text_can_be_told_from_its_ground(browser, pages, name):
    look(browser, pages, name)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script(CONTRAST) == []


@pytest.mark.parametrize("name", PAGES)
def test_what_scrolls_or_folds_can_be_reached_by_keyboard(browser, pages, name):
    look(browser, pages, name, 390)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    stuck = browser.execute_script("""
        return [...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1 &&
            ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.className)""")
    assert stuck == []
    assert browser.execute_script("return [...document.querySelectorAll('details')].every(d => d.firstElementChild.tagName"
                                  " === 'SUMMARY')")


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("start", "public")])
def test_printed(browser, pages, name, tmp_path):
    look(browser, pages, name)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    path = tmp_path / "printed.pdf"
    path.write_bytes(base64.b64decode(printed["data"]))
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert "(A4)" in info
    words = subprocess.run(["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True).stdout
    right = [float(line.split('xMax="')[1].split('"')[0]) for line in words.splitlines() if "<word " in line]
    assert right and max(right) <= 596 - 14 / 25.4 * 72 + 1, "nothing reaches into the margin"
    first = subprocess.run(["pdftotext", "-l", "1", path, "-"], check=True, capture_output=True, text=True).stdout
    assert "Läget" in first and ("Händelser efter slag" in first or name == "empty")
    if name in ("three-hundred", "month", "municipality"):
        for heading in ("När", "De senaste 13 veckorna", "Var det händer mest"):
            assert heading in first, "the first page stands alone"
        assert "Vem har rapporterat" not in first
        whole = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
        assert "Händelser per veckodag och timme" in whole and "Händelser per vecka" in whole, "tables that are folded"


@pytest.fixture(scope="module")
def axe_script():
    try:
        return axe.script()
    except axe.NoAxe as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", (390, 1280))
def test_axe_finds_nothing(browser, pages, axe_script, name, width):
    look(browser, pages, name, width)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    browser.execute_script(axe_script)
    result = browser.execute_async_script("axe.run().then(arguments[0])")
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in result["violations"]] == []
    assert len(result["passes"]) > 10
