"""The currency codes: the active ones of ISO 4217 list one, nothing historical."""

from goalpost.kernel.currencies import CURRENCIES

# What is legal tender somewhere, by hand and independently of the list under test.
TENDER = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
FUNDS = "BOV CHE CHW CLF COU MXV USN UYI UYW"
SUPRANATIONAL_METALS_AND_TESTS = "XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
# Replaced: by the euro, by a redenomination, or by another currency.
HISTORICAL = """
    ANG ATS BEF BGN BYR CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MRO MTL MZM NLG PTE ROL SDD SIT
    SKK SLL SRG STD TMM TRL VEB VEF XEU YUM ZMK ZWD ZWL ZWR
"""


def test_the_list_is_iso_4217_list_one() -> None:
    assert sorted(CURRENCIES) == sorted(f"{TENDER} {FUNDS} {SUPRANATIONAL_METALS_AND_TESTS}".split())


def test_no_code_of_the_past_is_taken() -> None:
    assert not CURRENCIES & set(HISTORICAL.split())


def test_every_code_is_three_capital_letters() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() for code in CURRENCIES)
