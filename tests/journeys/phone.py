"""A person with the chat on a phone: opens the letter, taps, writes, speaks, and waits for what comes."""

from playwright.sync_api import Locator, Page, expect

from bot.dialog.script import OTHER, Part, Script
from bot.wiring import House
from tests.journeys.chromium import WAIT_MS, Window
from tests.journeys.house import word


class Phone:
    """The chat of one person in one window, in the language the person chose."""

    def __init__(self, house: House, window: Window, language: str) -> None:
        self.house = house
        self.window = window
        self.page: Page = window.page
        self.language = language
        self.script: Script = house.tools.scripts["begin"]

    def word(self, english: str) -> str:
        """A fixed word of the pages in the language of this phone."""
        return word(self.house, self.language, english)

    def label(self, macro: str) -> str:
        """What stands on a button of the assistant."""
        return self.house.texts.label(self.language, macro)

    def text(self, question: str, part: Part, key: str = "") -> str:
        """A text of the preparation."""
        if key == OTHER:
            return self.label("preparation.other_button")
        return self.script.text(self.language, question, part, key)

    def join(self, letter: str) -> None:
        """The link is opened and its button pressed; the chat is there."""
        self.page.goto(letter)
        self.page.locator("button.primary").click()
        self.page.wait_for_url("**/chat/**")
        expect(self.page.locator("body")).to_have_class("chat live")

    def button(self, label: str) -> Locator:
        """The newest button with exactly this label."""
        return self.page.locator(".choices").get_by_role("button", name=label, exact=True).last

    def tap(self, label: str) -> None:
        """The newest button with this label was pressed, and what it brought is there."""
        button = self.button(label)
        button.click()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0, timeout=WAIT_MS)

    def choose(self, question: str, *keys: str) -> None:
        """The buttons of these choices were pressed, one after the other, and each shows that it is chosen."""
        for key in keys:
            self.tap(self.text(question, Part.LABEL, key))
            if key != OTHER:
                expect(self.button(f"✓ {self.text(question, Part.LABEL, key)}")).to_be_visible()

    def write(self, words: str) -> None:
        """The words were sent, and the server has them."""
        self.page.locator("#text").fill(words)
        self.page.locator("#send").click()
        self.sent(words)

    def sent(self, words: str) -> None:
        """The bubble with these words says that they arrived, and there is one such bubble."""
        bubble = self.page.locator(".message.mine", has_text=words)
        expect(bubble).to_have_count(1)
        expect(bubble.locator(".state")).to_have_text(self.word("Sent"), timeout=WAIT_MS)

    def speak(self, seconds: float = 1.2) -> None:
        """Something was recorded with the microphone and sent."""
        self.page.locator("#record").click()
        expect(self.page.locator("#recording")).to_be_visible()
        self.page.wait_for_timeout(seconds * 1000)
        self.page.locator("#finish").click()
        self._file_arrived()

    def send_sound(self, name: str, content: bytes, media_type: str) -> None:
        """A sound file was chosen from the phone and sent."""
        self.page.locator("#attach summary").click()
        with self.page.expect_file_chooser() as chooser:
            self.page.locator("[data-pick='audio/*']").click()
        chooser.value.set_files({"name": name, "mimeType": media_type, "buffer": content})
        self._file_arrived()

    def _file_arrived(self) -> None:
        expect(self.newest_own.locator(".state")).to_have_text(self.word("Sent"), timeout=WAIT_MS)

    @property
    def newest(self) -> Locator:
        """The last message of the assistant."""
        return self.page.locator(".message.theirs").last

    @property
    def newest_own(self) -> Locator:
        """The last message of the person."""
        return self.page.locator(".message.mine").last

    def sees(self, words: str) -> None:
        """The last message of the assistant says this, now or in a moment."""
        expect(self.newest).to_contain_text(words, timeout=WAIT_MS)

    def is_asked(self, question: str) -> None:
        """The question stands on the phone in the person's language, and can be seen without scrolling."""
        self.sees(self.text(question, Part.ASK))
        expect(self.newest.locator(".body b").first).to_be_in_viewport()
