"""Normalises and checks raw rows: a product or a document that may be saved, or the reason why not."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from catalog_ingest import fields
from catalog_ingest.options import Options
from catalog_ingest.texts import line, slug
from tresen.shop.catalog import Review, Texts, pick
from tresen.shop.saving import NewDocument, NewPassage, NewProduct, NewVariant

_LONGEST_KEY = 400
_OF_THE_ONLY_VARIANT = ("sku", "price", "currency", "stock", "options")

Model = TypeVar("Model", bound=BaseModel)


class Rejected(Exception):
    """The row cannot be saved: `field` is a path like `variants.2.price`."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


class _Variant(BaseModel):
    sku: fields.Id
    options: fields.VariantOptions = {}
    currency: fields.Currency = ""
    price: fields.Price = None
    stock: fields.Stock = None
    image: fields.Url = ""

    def made(self, options: Options) -> NewVariant:
        return NewVariant(self.sku, self.options, self.price, options.tax_included, self.stock, self.image)


class _Rating(BaseModel):
    value: fields.Stars
    count: fields.Count = 0


class _Review(BaseModel):
    stars: int = Field(ge=1, le=5)
    text: fields.ReviewText = ""
    author: fields.ShortLine = ""
    locale: fields.Language = ""


def _as_rating(value: Any) -> Any:
    return {"value": value} if isinstance(value, int | float | str) else value


class _Product(BaseModel):
    id: fields.Id
    title: fields.Title
    description: fields.Description = {}
    brand: fields.ShortLine = ""
    category: fields.Category = ()
    attributes: fields.Attributes = {}
    details: fields.Details = {}
    rating: Annotated[_Rating | None, BeforeValidator(_as_rating)] = None
    reviews: list[_Review] = Field([], max_length=100)
    goes_well_with: fields.Related = ()
    image: fields.Url = ""
    url: fields.Url = ""
    variants: list[_Variant] = Field(min_length=1, max_length=2048)

    @model_validator(mode="before")
    @classmethod
    def _with_a_variant(cls, data: Any) -> Any:
        """A product without variants is its own only one."""
        if not isinstance(data, dict) or "variants" in data:
            return data
        only = {name: data[name] for name in _OF_THE_ONLY_VARIANT if name in data}
        return data | {"variants": [{"sku": data.get("id")} | only]}

    def made(self, options: Options) -> NewProduct:
        reviews = (Review(each.stars, each.text, each.author, each.locale or options.locale) for each in self.reviews)
        return NewProduct(
            external_id=self.id,
            title=self.title,
            description=self.description,
            brand=self.brand,
            category=self.category,
            category_key=_category_key(self.category),
            attributes=self.attributes,
            details=self.details,
            rating=self.rating.value if self.rating else None,
            rating_count=self.rating.count if self.rating else 0,
            reviews=tuple(reviews),
            goes_well_with=self.goes_well_with,
            image=self.image,
            url=self.url,
            variants=tuple(each.made(options) for each in self.variants),
        )


class _Passage(BaseModel):
    heading: fields.LongLine
    anchor: fields.Id
    text: fields.Body


class _Document(BaseModel):
    id: fields.DocumentId
    locale: fields.Language = ""
    title: fields.LongLine
    url: fields.Url = ""
    passages: list[_Passage] = Field(min_length=1)


def product(data: dict[str, Any], options: Options) -> tuple[NewProduct, list[str]]:
    """The product a raw row means, and the fields of the row that nothing is made of.

    Raises:
        Rejected: the row is wrong somewhere; nothing of it is to be saved.
    """
    row = _checked(_Product, data, options)
    _refuse_equal_skus(row.variants)
    return row.made(options), _unknown(data)


def document(data: dict[str, Any], options: Options) -> tuple[NewDocument, list[str]]:
    """The document a raw row means; there are no unknown fields, because our own code made the row.

    Raises:
        Rejected: as for products.
    """
    row = _checked(_Document, data, options)
    passages = tuple(NewPassage(each.heading, each.anchor, each.text) for each in row.passages)
    return NewDocument(row.id, row.locale or options.locale, row.title, row.url, passages), []


def row_id(data: dict[str, Any]) -> str:
    """The external id of a raw row, even of one that will be rejected; "" when it has none."""
    value = data.get("id")
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return line(str(value)[:400])[:400]


def _checked(model: type[Model], data: dict[str, Any], options: Options) -> Model:
    try:
        return model.model_validate(data, context=options)
    except ValidationError as wrong:
        first, *more = wrong.errors(include_url=False, include_context=False, include_input=False)
        reason = first["msg"].removeprefix("Value error, ")
        if more:
            reason += f" (and {len(more)} more)"
        raise Rejected(".".join(str(step) for step in first["loc"])[:200], reason[:300]) from None


def _refuse_equal_skus(variants: list[_Variant]) -> None:
    seen: set[str] = set()
    for position, each in enumerate(variants):
        if each.sku in seen:
            raise Rejected(f"variants.{position}.sku", f"the SKU {each.sku} occurs twice in this product")
        seen.add(each.sku)


def _category_key(path: tuple[Texts, ...]) -> str:
    key = "/".join(slug(pick(step, "en")) for step in path)
    if len(key) > _LONGEST_KEY:
        raise Rejected("category", f"the path is longer than {_LONGEST_KEY} characters")
    return key


def _unknown(data: dict[str, Any]) -> list[str]:
    known = {*_Product.model_fields, *(_OF_THE_ONLY_VARIANT if "variants" not in data else ())}
    variants = [each for each in data.get("variants") or () if isinstance(each, dict)]
    deeper = {f"variants.{key}" for each in variants for key in each if key not in _Variant.model_fields}
    return sorted({str(key)[:60] for key in data if key not in known} | {name[:60] for name in deeper})
