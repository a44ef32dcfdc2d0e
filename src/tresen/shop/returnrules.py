"""What a merchant takes back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReturnRules:
    """`[shop.returns]`: days count from the day of delivery, shop time.

    `excluded` are category keys that are not taken back voluntarily; the law's withdrawal has its own exclusions,
    which a person checks when the parcel is here (a broken seal cannot be seen from a form).
    """

    days: int = 30
    withdrawal_days: int = 14
    excluded: tuple[str, ...] = ()
    exchange: bool = False
    free_in: tuple[str, ...] = ("DE",)  # countries where sending back costs nothing
    label_enclosed: bool = False  # the parcel brought a label for the way back
