"""Authlib, a standard OAuth 2.0 library, gets and uses an access token of ours.

It is told an issuer and who it is; where everything is and how it authenticates it reads from the
server's metadata (RFC 8414). Whatever does not hold ends the program with exit code 1.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import time
import uuid
from pathlib import Path

# The stack listens on the loopback address without TLS; Authlib wants to be told that this is meant.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.integrations.base_client import OAuthError
from authlib.oauth2.rfc6750 import InvalidTokenError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

TIMEOUT_SECONDS = 30
FORM = "application/x-www-form-urlencoded"
KEY_TYPES = {"ES256": ECKey, "EdDSA": OKPKey, "RS256": RSAKey}


def main():
    options = read_options()
    metadata = discover(options.issuer)
    client = Client(metadata, options.client, Path(options.key).read_text())
    if options.device:
        refuse_without_proof(client)
    else:
        token = client.fetch_token()
        call(token, options.call)

    client.prover = Prover(metadata, client.key if options.device else ECKey.generate_key("P-256"))
    token = client.fetch_token()
    bound_call(token, client.prover, options.call)
    verify(token, metadata, options)
    narrow_scope(client, options)
    refuse_what_proves_nothing(client, metadata, options)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issuer", required=True, help="the issuer, an address")
    parser.add_argument("--audience", required=True, help="whom tokens are for")
    parser.add_argument("--client", required=True, help="the id of the client")
    parser.add_argument("--key", required=True, help="the file of its private key, PEM")
    parser.add_argument("--device", action="store_true", help="it is a phone or a till")
    parser.add_argument("--call", required=True, help="an address that the client may read")
    return parser.parse_args()


def discover(issuer):
    """The metadata, valid by Authlib's rules and of the issuer that was asked."""
    answer = requests.get(get_well_known_url(issuer, external=True), timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    metadata = AuthorizationServerMetadata(answer.json())
    metadata.validate()
    require(metadata["issuer"] == issuer, "the metadata is of the issuer that was asked")
    return metadata


class Client:
    """One client, which does what the metadata says."""

    grant = "client_credentials"
    method = "private_key_jwt"

    def __init__(self, metadata, client_id, key):
        require(self.grant in metadata.grant_types_supported, f"{self.grant} is supported")
        methods = metadata.token_endpoint_auth_methods_supported
        require(self.method in methods, f"{self.method} is supported")
        self.metadata = metadata
        self.client_id = client_id
        algorithms = metadata["token_endpoint_auth_signing_alg_values_supported"]
        self.algorithm, self.key = fitting(algorithms, key)
        require(self.key is not None, "the key can sign assertions as the server supports it")
        self.prover = None

    def session(self, token=None, **assertion):
        session = OAuth2Session(
            self.client_id,
            self.key,
            token=token,
            token_endpoint_auth_method=self.method,
            default_timeout=TIMEOUT_SECONDS,
        )
        session.register_client_auth_method(PrivateKeyJWT(alg=self.algorithm, **assertion))
        return session

    def fetch_token(self, scope=None, **assertion):
        parameters = {} if scope is None else {"scope": scope}
        endpoint = self.metadata["token_endpoint"]
        session = self.session(**assertion)
        if self.prover:
            # Authlib knows no DPoP (RFC 9449) yet; its hooks and headers are enough for it.
            session.register_compliance_hook("access_token_response", self.prover.learn)
        for attempt in (1, 2):
            headers = {"Accept": "application/json", "Content-Type": FORM}
            if self.prover:
                headers["DPoP"] = self.prover.proof("POST", endpoint)
            try:
                return session.fetch_token(
                    endpoint, grant_type=self.grant, headers=headers, **parameters
                )
            except OAuthError as error:
                if error.error != "use_dpop_nonce" or attempt == 2:
                    raise

    def is_refused(self, **assertion):
        """Whether no token is given for an assertion that differs like this."""
        try:
            self.fetch_token(**assertion)
        except Exception as error:
            return getattr(error, "error", None) == "invalid_client"
        return False


def fitting(algorithms, pem):
    """The first of the algorithms that the key is made for, and the key."""
    for name in algorithms:
        try:
            return name, KEY_TYPES[name].import_key(pem)
        except (JoseError, KeyError, TypeError, ValueError):
            continue
    return None, None


def call(token, address):
    session = OAuth2Session(token=token, default_timeout=TIMEOUT_SECONDS)
    require(token["token_type"].lower() == "bearer", "the token is a bearer token")
    require(0 < token["expires_in"] <= 600, "the token lives for minutes")
    answer = session.get(address)
    require(answer.status_code == 200, f"the call with the token answers {answer.status_code}")
    bare = requests.get(address, timeout=TIMEOUT_SECONDS)
    require(bare.status_code == 401, "the call without a token answers 401")
    challenge = bare.headers.get("WWW-Authenticate", "")
    require(challenge.startswith("Bearer"), "the 401 asks for a bearer token")


class Prover:
    """Proves with a key that it sends a request (RFC 9449), as the metadata says it can be done."""

    def __init__(self, metadata, key):
        self.key = key
        self.algorithm = "ES256"
        supported = metadata.get("dpop_signing_alg_values_supported", [])
        require(self.algorithm in supported, f"proofs may be signed with {self.algorithm}")
        self.nonce = None

    def proof(self, method, address, token=None, **claims):
        header = {
            "typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.key.as_dict(private=False),
        }
        payload = {
            "jti": str(uuid.uuid4()), "htm": method, "htu": address, "iat": int(time.time()),
        }
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            payload["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.nonce:
            payload["nonce"] = self.nonce
        return jwt.encode(header, payload | claims, self.key, algorithms=[self.algorithm])

    def learn(self, answer):
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        return answer

    def get(self, address, token, scheme="DPoP", proof=None):
        headers = {"Authorization": f"{scheme} {token}"}
        if scheme == "DPoP":
            headers["DPoP"] = proof or self.proof("GET", address, token)
        return self.learn(requests.get(address, headers=headers, timeout=TIMEOUT_SECONDS))


def refuse_without_proof(client):
    try:
        client.fetch_token()
    except OAuthError as error:
        require(error.error == "invalid_dpop_proof", "a device gets no token without a proof")
    else:
        require(False, "a device gets no token without a proof")


def bound_call(token, prover, address):
    text = token["access_token"]
    require(token["token_type"] == "DPoP", "the token is bound to a key")
    payload = text.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    require(claims["cnf"] == {"jkt": prover.key.thumbprint()}, "the token names the key")

    answer = prover.get(address, text)
    require(answer.status_code == 200, f"the call with a proof answers {answer.status_code}")
    used = prover.proof("GET", address, text)
    require(prover.get(address, text, proof=used).status_code == 200, "a proof is taken")
    refused(prover.get(address, text, proof=used), "invalid_dpop_proof", "twice it is not")
    other = prover.proof("POST", address, text)
    refused(prover.get(address, text, proof=other), "invalid_dpop_proof", "nor for another method")
    stale = prover.proof("GET", address, text, nonce="stale")
    refused(prover.get(address, text, proof=stale), "use_dpop_nonce", "nor with another nonce")
    refused(prover.get(address, text, scheme="Bearer"), "invalid_token", "nor is it a bearer token")


def refused(answer, code, sentence):
    challenge = answer.headers.get("WWW-Authenticate", "")
    require(answer.status_code == 401 and f'DPoP error="{code}"' in challenge, sentence)


class Validator(JWTBearerTokenValidator):
    """Authlib's resource server (RFC 9068) with the keys that the metadata leads to."""

    def __init__(self, metadata, audience):
        super().__init__(issuer=metadata["issuer"], resource_server=audience)
        answer = requests.get(metadata["jwks_uri"], timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        self.keys = KeySet.import_key_set(answer.json())

    def get_jwks(self):
        return self.keys

    def claims(self, text, scopes=None):
        claims = self.authenticate_token(text)
        self.validate_token(claims, scopes, request=None)
        return claims


def verify(token, metadata, options):
    validator = Validator(metadata, options.audience)
    text = token["access_token"]
    claims = validator.claims(text, scopes=[token["scope"]])
    require(claims["client_id"] == options.client, "the token names the client")
    scopes = token["scope"].split()
    known = metadata["scopes_supported"]
    require(bool(scopes) and set(scopes) <= set(known), "the metadata knows every scope")

    altered = with_other_payload(text)
    require(is_invalid(validator, altered), "an altered token does not verify")
    answer = requests.get(
        options.call,
        headers={"Authorization": f"Bearer {altered}"},
        timeout=TIMEOUT_SECONDS,
    )
    require(answer.status_code == 401, "an altered token is answered 401")
    elsewhere = Validator(metadata, "https://else.example")
    require(is_invalid(elsewhere, text), "the token is for nobody else")


def narrow_scope(client, options):
    token = client.fetch_token(scope="community:read")
    require(token["scope"] == "community:read", "the scope is what was asked for")


def refuse_what_proves_nothing(client, metadata, options):
    require(
        client.is_refused(token_endpoint="https://else.example/token"),
        "an assertion for another server is refused",
    )
    identifier = os.urandom(16).hex()
    client.fetch_token(claims={"jti": identifier})
    require(client.is_refused(claims={"jti": identifier}), "an assertion is used once")


def with_other_payload(text):
    """The same header and signature around other claims."""
    header, payload, signature = text.split(".")
    letter = "A" if payload[20] != "A" else "B"
    return ".".join([header, payload[:20] + letter + payload[21:], signature])


def is_invalid(validator, text):
    try:
        validator.claims(text)
    except InvalidTokenError:
        return True
    return False


def require(condition, sentence):
    if not condition:
        sys.exit(f"does not hold: {sentence}")
    print(f"  {sentence}")


if __name__ == "__main__":
    main()
