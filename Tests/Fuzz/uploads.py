"""What clerks send in parts: a file that is announced, on its way, or whole."""

import hashlib
import uuid

from bank import valid_iban
from desk import Desk, Prepared, prepares

CLERK = "benefits-clerk"
# A client has ten open ones at most.
MOST_OPEN = 6


class Uploads(Desk):
    @prepares("createUpload")
    def announcement(self) -> Prepared:
        self.make_room()
        return Prepared({"programmeId": self.first("preparedProgrammeId")}, self.announced(file()))

    @prepares("abandonUpload")
    def open_upload(self) -> Prepared:
        return Prepared({"uploadId": self.begin(file())})

    @prepares("appendToUpload")
    def next_part(self) -> Prepared:
        content = file()
        return Prepared({"uploadId": self.begin(content)}, content, query={"offset": "0"})

    @prepares("submitUpload")
    def whole_upload(self) -> Prepared:
        content = file()
        upload = self.begin(content)
        self.ask(
            CLERK, f"disbursement/uploads/{upload}/parts?offset=0", content,
            headers={"Content-Type": "application/octet-stream"},
        )
        return Prepared({"uploadId": upload})

    def begin(self, content: bytes) -> str:
        self.make_room()
        place = f"disbursement/programmes/{self.first('preparedProgrammeId')}/uploads"
        return self.ask(CLERK, place, self.announced(content))["id"]

    def make_room(self):
        """Gives up what earlier requests left open."""
        uploads = self.read(CLERK, "disbursement/uploads", limit=250)["items"]
        for each in [each for each in uploads if each["state"] == "open"][MOST_OPEN:]:
            self.ask(CLERK, f"disbursement/uploads/{each['id']}/abandonments")

    @staticmethod
    def announced(content: bytes) -> dict:
        return {
            "mediaType": "text/csv", "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }


def file() -> bytes:
    name = uuid.uuid4().hex
    return f"naam;iban;bedrag;kenmerk\nM. de Wilde;{valid_iban(name)};1,00;{name}\n".encode()
