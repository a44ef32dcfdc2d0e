"""What axe says of a page in a real browser."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

AXE = {"resultTypes": ["violations"]}
NOTHING_MOVES = """() => [document, document.querySelector("tresen-chat")?.shadowRoot]
  .every(root => !root?.getAnimations().some(each => each.effect.getTiming().iterations !== Infinity))"""


async def check(page: Page, where: str) -> None:
    """Nothing serious, nothing critical."""
    await page.wait_for_function(NOTHING_MOVES)  # colours are judged when nothing fades any more
    found = (await Axe().run(page, options=AXE)).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    told = [(each["id"], [(node["target"], node["failureSummary"]) for node in each["nodes"][:5]]) for each in serious]
    assert not serious, f"{where}: {told}"
