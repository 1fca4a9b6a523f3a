"""Who asks: the clients of the town with tokens that are always fresh, and tokens that are none."""

import base64
import json
import time
import uuid
from pathlib import Path

import jwt
import requests

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Client:
    """Signs for itself with the key of a profile (RFC 7523)."""

    def __init__(self, profile: Path):
        facts = json.loads(profile.read_text())
        self.id, self.party = facts["clientId"], facts.get("partyId")
        self.issuer = facts["urls"]["accounts"]
        self.key = (profile.parent / facts["keyFile"]).read_text()
        self.renew_at = 0.0

    def sign(self, claims: dict) -> str:
        return jwt.encode(claims, self.key, algorithm="ES256", headers={"kid": self.id})

    def assertion(self) -> str:
        now = int(time.time())
        return self.sign({
            "iss": self.id, "sub": self.id, "aud": self.issuer,
            "iat": now, "exp": now + 120, "jti": str(uuid.uuid4()),
        })

    def token(self) -> str:
        """A token that is good for another minute at least."""
        if time.monotonic() >= self.renew_at:
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self.assertion(),
            }
            answer = requests.post(f"{self.issuer}/v1/token", data=form, timeout=30)
            answer.raise_for_status()
            issued = answer.json()
            self.current, self.granted = issued["access_token"], set(issued["scope"].split())
            self.renew_at = time.monotonic() + issued["expires_in"] - 60
        return self.current

    def scopes(self) -> set[str]:
        self.token()
        return self.granted


def spoiled(token: str) -> dict[str, str]:
    """Tokens that are none: words, the wrong signature, none at all, and none needed."""
    head, claims, signature = token.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    return {
        "no-token": "not-a-token",
        "forged-token": f"{head}.{claims}.{signature[::-1]}",
        "unsigned-token": f"{unsigned}.{claims}.",
        "cut-token": f"{head}.{claims}",
    }
