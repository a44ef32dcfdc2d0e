"""Core settings from `TRESEN_*`, with a shop's own `tresen.toml` below them. A plugin owns its own settings."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tresen.shop.house import House


@dataclass(frozen=True)
class ModelPrice:
    """Per million tokens: read, read from the provider's cache, written."""

    input: Decimal = Decimal(0)
    cached: Decimal = Decimal(0)
    output: Decimal = Decimal(0)


class Settings(BaseSettings):
    """Everything the core needs; secrets are `SecretStr`, so that no log can print them."""

    model_config = SettingsConfigDict(env_prefix="TRESEN_", extra="ignore")

    home: Path = Path("~/.tresen")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    database_url: str = ""
    redis_url: str = ""
    chroma_url: str = ""
    allowed_origins: list[str] = []
    log_level: str = "INFO"
    demo: bool = Field(False, description="whether anybody may read unsent mail at /demo/mailbox")

    shop: House = Field(default_factory=House)
    payments: list[str] = Field([], description="ways to pay, in place of those in tresen.toml")

    model: str = ""
    fallback_models: list[str] = []
    vision_model: str = Field("", description="looks at shoppers' pictures; without one they are asked")
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field("", validation_alias="OPENAI_BASE_URL")
    model_timeout: float = Field(
        15, gt=0, description="the longest silence of a model in seconds, then the next is asked"
    )
    turn_seconds: float = Field(60, gt=0, description="for all calls of models in one turn, then the planner answers")
    model_prices: dict[str, ModelPrice] = Field({}, description="by model name; what is not here costs nothing")
    cap_conversation_tokens: int = Field(500_000, ge=0, description="per day; 0 is no limit, as with all caps")
    cap_shopper_tokens: int = Field(1_000_000, ge=0, description="per day")
    cap_shop_tokens: int = Field(50_000_000, ge=0, description="per day")
    cap_conversation_cost: Decimal = Field(Decimal(0), ge=0, description="per day, in the currency of model_prices")
    cap_shopper_cost: Decimal = Field(Decimal(0), ge=0, description="per day")
    cap_shop_cost: Decimal = Field(Decimal(0), ge=0, description="per day")
    allow_private_feeds: bool = Field(False, description="whether feeds may be fetched from the shop's own network")
    encoder: str = Field("embedded", description="embedded, embedded:multilingual, none, or openai:<model>")

    messages_per_minute: int = Field(20, gt=0)
    requests_per_minute: int = Field(240, gt=0)
    max_body_bytes: int = Field(64 * 1024, gt=0)
    max_text_bytes: int = Field(16 * 1024, gt=0)

    @property
    def folder(self) -> Path:
        return self.home.expanduser().resolve()

    @property
    def database(self) -> str:
        """The SQLAlchemy address: PostgreSQL when set, else SQLite in the shop's folder."""
        url = self.database_url or f"sqlite+aiosqlite:///{self.folder / 'tresen.db'}"
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+asyncpg://" + url.removeprefix(plain)
        return url

    @property
    def base_url(self) -> str:
        """Where the shop's people and networks reach us; never taken from a request header."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = init_settings().get("home") or env_settings().get("home") or "~/.tresen"
        toml = TomlConfigSettingsSource(settings_cls, Path(home).expanduser() / "tresen.toml")
        return init_settings, env_settings, toml
