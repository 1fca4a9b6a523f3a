"""Who asks: the clients of the town with tokens that are always fresh, and tokens that are none."""

import base64
import hashlib
import json
import time
import uuid
from pathlib import Path

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Client:
    """Signs for itself with the key of a profile (RFC 7523); a device proves its key in every request
    (RFC 9449)."""

    # What the services last wanted to see in a proof; one is good for all.
    nonce = None

    def __init__(self, profile: Path):
        facts = json.loads(profile.read_text())
        self.id, self.party = facts["clientId"], facts.get("partyId")
        self.issuer = facts["urls"]["accounts"]
        self.key = (profile.parent / facts["keyFile"]).read_text()
        self.is_device = facts["kind"] in ("phone", "terminal")
        key = serialization.load_pem_private_key(self.key.encode(), None).public_key()
        self.jwk = json.loads(ECAlgorithm.to_jwk(key))
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
            issued = self.ask(f"{self.issuer}/v1/token", form).json()
            self.current, self.granted = issued["access_token"], set(issued["scope"].split())
            self.renew_at = time.monotonic() + issued["expires_in"] - 60
        return self.current

    def ask(self, url: str, form: dict) -> requests.Response:
        while True:
            headers = {"DPoP": self.proof("POST", url)} if self.is_device else {}
            answer = requests.post(url, data=form, headers=headers, timeout=30)
            if not learn(answer.headers) or answer.status_code != 400:
                answer.raise_for_status()
                return answer

    def proof(self, method: str, url: str, token: str | None = None) -> str:
        claims = {
            "jti": str(uuid.uuid4()), "htm": method, "htu": url.partition("?")[0],
            "iat": int(time.time()), "nonce": Client.nonce or "none",
        }
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64url(digest)
        header = {"typ": "dpop+jwt", "jwk": self.jwk}
        return jwt.encode(claims, self.key, algorithm="ES256", headers=header)

    def authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Presents a token in the way that it is meant."""
        token = self.token()
        scheme = "DPoP" if self.is_device else "Bearer"
        request.headers["Authorization"] = f"{scheme} {token}"
        request.headers.pop("DPoP", None)
        if self.is_device:
            request.headers["DPoP"] = self.proof(request.method, request.url, token)
        return request

    def scopes(self) -> set[str]:
        self.token()
        return self.granted


def learn(headers) -> bool:
    """Keeps the nonce of an answer; says whether it is another."""
    given = headers.get("DPoP-Nonce", Client.nonce)
    is_new, Client.nonce = given != Client.nonce, given
    return is_new


def spoiled(token: str, issuers_key: str) -> dict[str, str]:
    """Tokens that are none: words, the wrong signature, none at all, and none needed; and some that
    are good but for one thing: their time, whom they are for, or who signed them."""
    head, claims, signature = token.split(".")
    unsigned = base64url(b'{"alg":"none","typ":"at+jwt"}')
    header = jwt.get_unverified_header(token)
    said = jwt.decode(token, options={"verify_signature": False})
    foreign_key = ec.generate_private_key(ec.SECP256R1())

    def signed(key, **changes) -> str:
        kept = {name: header[name] for name in ("kid", "typ") if name in header}
        return jwt.encode(said | changes, key, algorithm="ES256", headers=kept)

    now = int(time.time())
    return {
        "expired-token": signed(issuers_key, iat=now - 700, exp=now - 100),
        "token-for-others": signed(issuers_key, aud=["elsewhere"]),
        "token-of-others": signed(issuers_key, iss="https://accounts.elsewhere.example"),
        "token-by-another-key": signed(foreign_key),
        "no-token": "not-a-token",
        "forged-token": f"{head}.{claims}.{signature[::-1]}",
        "unsigned-token": f"{unsigned}.{claims}.",
        "cut-token": f"{head}.{claims}",
    }
