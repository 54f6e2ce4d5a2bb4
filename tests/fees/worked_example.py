"""The worked example: what one building of twelve units is charged and pays in half a year, computed by hand.

No figure here comes from the app: each was worked out on paper from areas, readings and prices, to the cent, and the tests hold the app
against it. Amounts in yuan; `docs/worked-example.md` says the same in words.
"""

from decimal import Decimal

# room → usage, floor, billable m², inner m², persons
UNITS = {
    "0101": ("Residence", 1, 89.35, 69.69, 3),
    "0201": ("Residence", 2, 98.60, 76.91, 4),
    "0301": ("Residence", 3, 110.42, 86.13, 6),
    "0401": ("Residence", 4, 128.77, 100.44, 2),
    "0501": ("Residence", 5, 143.18, 111.68, 0),
    "1001": ("Residence", 10, 89.35, 69.69, 3),
    "1101": ("Residence", 11, 98.60, 76.91, 3),
    "1501": ("Residence", 15, 110.42, 86.13, 3),
    "2001": ("Residence", 20, 128.77, 100.44, 3),
    "2101": ("Residence", 21, 143.18, 111.68, 3),
    "S1": ("Shop", 1, 60.00, 55.00, 0),
    "P1": ("Parking Space", -1, 12.72, 0, 0),
}
HOMES = tuple(room for room in UNITS if room not in ("S1", "P1"))

# What the meters show at the end of each month, January to June, on dials that stood at 0 on 31 December.
WATER = {"0101": (40, 85, 135, 195, 265, 320), "0301": (38, 80, 141, 221, 296, 362)}  # m³
POWER = {"0201": (230, 481.5, 891.7, 1289.7, 1529.7, 1934.7)}  # kWh
STAIRS = (517, 997, 1530, 2029, 2549, 3054)  # kWh of lift and stair lights, shared by area


def months(text: str) -> tuple[Decimal | None, ...]:
    """Amounts of January to June; - is a month without a charge."""
    return tuple(None if word == "-" else Decimal(word) for word in text.split())


# Item → room → what each month of service is charged.
CHARGES = {
    # 2.40 yuan/m², 2.60 from 16 March: March is m² x (15 x 2.40 + 16 x 2.60) / 31. 0501 is vacant and pays 70 %, S1 has its own 5.00.
    "PROP": {
        "0101": months("214.44 214.44 223.66 232.31 232.31 232.31"),
        "0201": months("236.64 236.64 246.82 256.36 256.36 256.36"),
        "0301": months("265.01 265.01 276.41 287.09 287.09 287.09"),
        "0401": months("309.05 309.05 322.34 334.80 334.80 334.80"),
        "0501": months("240.54 240.54 250.89 260.59 260.59 260.59"),
        "1001": months("214.44 214.44 223.66 232.31 232.31 232.31"),
        "1101": months("236.64 236.64 246.82 256.36 256.36 256.36"),
        "1501": months("265.01 265.01 276.41 287.09 287.09 287.09"),
        "2001": months("309.05 309.05 322.34 334.80 334.80 334.80"),
        "2101": months("343.63 343.63 358.41 372.27 372.27 372.27"),
        "S1": months("300.00 300.00 300.00 300.00 300.00 300.00"),
    },
    # 0.35 yuan/m² from floor 3, x 1.1 above floor 10, x 1.2 above floor 20; floors 1 and 2 come to nothing.
    "LIFT": {
        "0301": months("38.65 38.65 38.65 38.65 38.65 38.65"),
        "0401": months("45.07 45.07 45.07 45.07 45.07 45.07"),
        "0501": months("50.11 50.11 50.11 50.11 50.11 50.11"),
        "1001": months("31.27 31.27 31.27 31.27 31.27 31.27"),
        "1101": months("37.96 37.96 37.96 37.96 37.96 37.96"),
        "1501": months("42.51 42.51 42.51 42.51 42.51 42.51"),
        "2001": months("49.58 49.58 49.58 49.58 49.58 49.58"),
        "2101": months("60.14 60.14 60.14 60.14 60.14 60.14"),
    },
    # 0.25 yuan per m² of inner area
    "REFUSE": {
        "0401": months("25.11 25.11 25.11 25.11 25.11 25.11"),
        "S1": months("13.75 13.75 13.75 13.75 13.75 13.75"),
    },
    # 80 a month; given up on 20 May: 80 x 20 / 31
    "PARK": {"P1": months("80.00 80.00 80.00 80.00 51.61 -")},
    # 5 / 7 / 9 yuan/m³ at 180 / 260 m³ of the calendar year; 0301 has six persons, so 210 / 290. April of 0101: 45 x 5 + 15 x 7.
    "WATER": {
        "0101": months("200.00 225.00 250.00 330.00 500.00 495.00"),
        "0301": months("190.00 210.00 305.00 422.00 537.00 594.00"),
    },
    # 0.4883 / 0.5383 / 0.7883 yuan/kWh at 240 / 400 kWh of the month; March: 117.19 + 86.13 + 8.04.
    "POWER": {"0201": months("112.31 123.38 211.36 202.24 117.19 207.26")},
    # 0.60 yuan/kWh by area over 1,140.64 m²; the cents left over go to the largest remainders.
    "STAIRS": {
        "0101": months("24.30 22.56 25.05 23.45 24.44 23.74"),
        "0201": months("26.81 24.90 27.65 25.88 26.97 26.19"),
        "0301": months("30.03 27.88 30.96 28.99 30.20 29.33"),
        "0401": months("35.02 32.51 36.10 33.80 35.22 34.21"),
        "0501": months("38.94 36.15 40.14 37.58 39.17 38.03"),
        "1001": months("24.30 22.56 25.05 23.45 24.44 23.74"),
        "1101": months("26.81 24.90 27.65 25.88 26.97 26.19"),
        "1501": months("30.03 27.88 30.96 28.99 30.20 29.33"),
        "2001": months("35.02 32.51 36.10 33.80 35.22 34.21"),
        "2101": months("38.94 36.15 40.14 37.58 39.17 38.03"),
    },
}
STAIRS_TOTALS = months("310.20 288.00 319.80 299.40 312.00 303.00")

# Late fees of PROP: 0.05 % a day after 30 days, on each part of principal by the day it was paid.
LATE_FEES = {
    ("0201", 1): Decimal("8.61"),  # 136.64 paid 156 days late: x 126 x 0.05 %; the first 100.00 came within the grace
    ("0201", 2): Decimal("11.24"),  # 236.64 x 95 x 0.05 %
    ("0201", 3): Decimal("8.27"),  # 246.82 x 67 x 0.05 %
    ("0201", 4): Decimal("4.61"),  # 256.36 x 36 x 0.05 %
    ("0201", 5): Decimal("0.77"),  # 256.36 x 6 x 0.05 %
    ("0401", 1): Decimal("3.71"),  # 309.05 x 24 x 0.05 %
    ("1001", 1): Decimal("8.90"),  # 214.44 x 83 x 0.05 %
    ("1001", 2): Decimal("5.58"),  # 214.44 x 52 x 0.05 %
    ("1001", 3): Decimal("2.68"),  # 223.66 x 24 x 0.05 %
    ("2001", 1): Decimal("7.73"),  # 309.05 x 50 x 0.05 %, of which 5.00 waived
    ("2101", 1): Decimal("1.03"),  # 343.63 x 6 x 0.05 %
}

# What everything open of a unit comes to on the day it is paid, late fees included.
PAID_WHOLE = {
    ("0101", "01-10"): Decimal("214.44"),
    ("0101", "02-10"): Decimal("438.74"),
    ("0101", "03-10"): Decimal("471.22"),
    ("0101", "04-10"): Decimal("507.36"),
    ("0101", "05-10"): Decimal("585.76"),
    ("0101", "06-10"): Decimal("756.75"),
    ("0201", "06-20"): Decimal("2441.37"),
    ("0401", "03-10"): Decimal("1172.22"),
    ("1001", "05-08"): Decimal("1122.45"),  # the former owner pays what he owes
    ("1501", "02-10"): Decimal("645.07"),
    ("S1", "01-15"): Decimal("313.75"),
    ("S1", "02-15"): Decimal("313.75"),
    ("S1", "03-15"): Decimal("313.75"),
    ("P1", "01-31"): Decimal("80.00"),
    ("P1", "02-28"): Decimal("80.00"),
}
# 0301 pays 4,000.00 on 5 January; what is left of the prepayment after each month's run, and refunded on 25 June.
PREPAID_LEFT = months("3696.34 3172.65 2619.71 1958.01 1181.28 288.34")

# What is open on 1 July, when June's meters are billed, of principal and booked late fees.
OPEN_AT_THE_END = {
    "0101": Decimal("518.74"),
    "0201": Decimal("233.45"),
    "0301": Decimal("623.33"),
    "0401": Decimal("1354.27"),
    "0501": Decimal("2044.41"),
    "1001": Decimal("575.34"),
    "1101": Decimal("1875.34"),
    "1501": Decimal("1455.08"),
    "2001": Decimal("2140.13"),
    "2101": Decimal("2310.62"),
    "S1": Decimal("941.25"),
    "P1": Decimal("211.61"),
}
OPEN_TOGETHER = Decimal("14283.57")
MONEY_KEPT = Decimal("14023.81")

# Own fees of January to June as of 30 June
RATES = {
    "charged": Decimal("21235.11"),
    "collected": Decimal("9398.27"),
    "waived": Decimal("50.00"),
    "units_charged": 12,
    "units_paid": 3,  # 0101, 0201, 0301
}
LATE_FEE_SUMS = {"assessed": Decimal("63.13"), "collected": Decimal("58.13"), "waived": Decimal("5.00")}
