"""The codes of contact cards: 128 bits for the camera, eight characters for the thumb; both are kept as hashes only."""

import hashlib
import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # Without 0, 1, I, L and O, which are taken for each other. 31, a prime.
LENGTH = 8  # Seven of chance, some 34 bits, and one that checks them.
_SHAPE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_BETWEEN = re.compile(r"[\s\-‐-―_.·]+")
_MOST = 16  # With whatever people put between the characters.


def new_typed() -> str:
    """A new code to type. It always has a letter and a digit, so that neither a word nor a number is one."""
    while True:
        chance = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        code = chance + _check(chance)
        if _mixed(code):
            return code


def typed(words: str) -> str | None:
    """The code that was typed, in the form in which it is compared; None where the words are something else."""
    if len(words) > _MOST:
        return None
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", words)).upper()
    return plain if _SHAPE.fullmatch(plain) and _mixed(plain) else None


def sound(code: str) -> bool:
    """Whether the last character fits the others: one wrong character or two that changed places never do."""
    return _check(code[:-1]) == code[-1]


def shown(code: str) -> str:
    """As it is printed: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def hashed(code: str) -> str:
    """What is kept of a code, and by which it is looked up: so the time of a search says nothing about it."""
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _check(chance: str) -> str:
    """Weights of 2 to 8 over a prime: the check itself weighs 1."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(chance, 2))
    return ALPHABET[-total % len(ALPHABET)]


def _mixed(code: str) -> bool:
    return any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
