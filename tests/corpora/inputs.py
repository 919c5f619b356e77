"""Tables such as the functions are written for: seed → forty rows, with gaps and odd values."""

import numpy as np
import pandas as pd

ROWS = 40
WORDS = (
    "great product would buy again",
    "Terrible!! Broke after 2 days, want my money back",
    "It's OK I guess... not what I expected",
    "FREE shipping, arrived in 3 days. 10/10",
    "see https://example.com/item?id=42 for details",
    "<b>Loved</b> it<br/>thanks",
    "The battery lasts 8 hours, the screen is fine",
    "meh",
    "Call me at 555-0199 or mail bob@example.com",
    "Really good value for money!",
    "does not work with my phone :(",
    "A gift for my mother, she likes it a lot",
)
TITLES = ("Great", "Do not buy", "ok", "5 stars", "BROKEN", "Would recommend!")


def _missing(rng, values, share=0.15, mark=None):
    gone = rng.random(len(values)) < share
    return [mark if lost else value for value, lost in zip(values, gone, strict=True)]


def _choice(rng, values, share=0.0):
    return _missing(rng, [str(v) for v in rng.choice(values, ROWS)], share)


def positive(seed):
    """A matrix [40, 4] of skewed amounts."""
    return np.random.default_rng(seed).lognormal(1.5, 1.2, (ROWS, 4)).round(3)


def signed(seed):
    """A matrix [40, 3] on both sides of zero, with zeros."""
    values = np.random.default_rng(seed).normal(0, 20, (ROWS, 3)).round(2)
    values[::9, 1] = 0.0
    return values


def gappy(seed):
    """A matrix [40, 4] with missing values and the code -999."""
    rng = np.random.default_rng(seed)
    values = rng.normal(10, 5, (ROWS, 4)).round(2)
    values[rng.random(values.shape) < 0.15] = np.nan
    values[rng.random(values.shape) < 0.08] = -999
    return values


def counts(seed):
    """A matrix [40, 5] of whole numbers."""
    return np.random.default_rng(seed).poisson(3, (ROWS, 5))


def shares(seed):
    """A matrix [40, 2] strictly between 0 and 1."""
    return np.random.default_rng(seed).uniform(0.02, 0.98, (ROWS, 2))


def pixels(seed):
    """A matrix [40, 16] of grey values, 4 x 4 each."""
    return np.random.default_rng(seed).integers(0, 256, (ROWS, 16))


def hours(seed):
    """A matrix [40, 2]: hour of the day, month."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.integers(0, 24, ROWS), rng.integers(1, 13, ROWS)])


def amounts(seed):
    """A frame of skewed amounts without gaps."""
    return pd.DataFrame(positive(seed)[:, :3], columns=["income", "balance", "spend"])


def houses(seed):
    """Districts with prices, as in a course on machine learning."""
    rng = np.random.default_rng(seed)
    households = rng.integers(1, 900, ROWS).astype(float)
    rooms = (households * rng.uniform(3, 8, ROWS)).round()
    return pd.DataFrame(
        {
            "longitude": rng.uniform(-124, -114, ROWS).round(2),
            "latitude": rng.uniform(32, 42, ROWS).round(2),
            "housing_median_age": rng.integers(1, 53, ROWS).astype(float),
            "total_rooms": rooms,
            "total_bedrooms": _missing(rng, (rooms / 5).round(), 0.1, np.nan),
            "population": (households * rng.uniform(1, 5, ROWS)).round(),
            "households": households,
            "median_income": rng.uniform(0.5, 15, ROWS).round(4),
        }
    )


def districts(seed):
    """The same with a column of text."""
    rng = np.random.default_rng(seed + 100)
    near = _choice(rng, ["<1H OCEAN", "INLAND", "NEAR BAY", "NEAR OCEAN"])
    return houses(seed).assign(ocean_proximity=near)


def passengers(seed):
    """Of a ship: names, cabins, fares, with many gaps."""
    rng = np.random.default_rng(seed)
    people = ["Braund, Mr. Owen", "Heikkinen, Miss. Laina", "Allen, Mrs. Ann (Mary)"]
    people += ["Rice, Master. Eugene", "Minahan, Dr. William", "Reuchlin, Jonkheer. John"]
    return pd.DataFrame(
        {
            "Pclass": rng.integers(1, 4, ROWS),
            "Name": _choice(rng, people),
            "Sex": _choice(rng, ["male", "female"]),
            "Age": _missing(rng, rng.integers(1, 80, ROWS).astype(float), 0.2, np.nan),
            "SibSp": rng.integers(0, 4, ROWS),
            "Parch": rng.integers(0, 3, ROWS),
            "Fare": rng.lognormal(2.8, 1, ROWS).round(4) * (rng.random(ROWS) > 0.1),
            "Cabin": _choice(rng, ["C85", "E46", "G6", "B57 B59", "D"], 0.6),
            "Embarked": _choice(rng, ["S", "C", "Q"], 0.1),
        }
    )


def loans(seed):
    """Applications with numbers written as text."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "loan_amnt": rng.integers(1, 40, ROWS) * 1000,
            "annual_inc": _missing(rng, rng.lognormal(11, 0.6, ROWS).round(), 0.1, np.nan),
            "int_rate": [f"{rate:.2f}%" for rate in rng.uniform(5, 28, ROWS)],
            "term": _choice(rng, [" 36 months", " 60 months"]),
            "emp_length": _choice(rng, ["10+ years", "< 1 year", "1 year", "3 years"], 0.1),
            "grade": _choice(rng, list("ABCDEFG")),
            "home_ownership": _choice(rng, ["RENT", "OWN", "MORTGAGE", "ANY"]),
            "dti": rng.uniform(0, 40, ROWS).round(2),
            "revol_bal": rng.integers(0, 50000, ROWS),
        }
    )


def customers(seed):
    """Of a telephone company."""
    rng = np.random.default_rng(seed)
    tenure = rng.integers(0, 73, ROWS)
    monthly = rng.uniform(18, 119, ROWS).round(2)
    total = [f"{t * m:.2f}" if t else " " for t, m in zip(tenure, monthly, strict=True)]
    return pd.DataFrame(
        {
            "gender": _choice(rng, ["Female", "Male"]),
            "SeniorCitizen": rng.integers(0, 2, ROWS),
            "Partner": _choice(rng, ["Yes", "No"]),
            "tenure": tenure,
            "Contract": _choice(rng, ["Month-to-month", "One year", "Two year"]),
            "MonthlyCharges": monthly,
            "TotalCharges": total,
            "PaperlessBilling": rng.random(ROWS) < 0.6,
        }
    )


def trips(seed):
    """By taxi, with times."""
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2015-12-28") + pd.to_timedelta(rng.integers(0, 10**8, ROWS), unit="s")
    return pd.DataFrame(
        {
            "pickup": start,
            "dropoff": start + pd.to_timedelta(rng.integers(60, 9000, ROWS), unit="s"),
            "pickup_lat": rng.uniform(40.6, 40.9, ROWS),
            "pickup_lon": rng.uniform(-74.05, -73.75, ROWS),
            "dropoff_lat": rng.uniform(40.6, 40.9, ROWS),
            "dropoff_lon": rng.uniform(-74.05, -73.75, ROWS),
            "passenger_count": rng.integers(1, 7, ROWS),
        }
    )


def members(seed):
    """Of a club: dates with gaps."""
    rng = np.random.default_rng(seed)
    joined = pd.Timestamp("2012-01-01") + pd.to_timedelta(rng.integers(0, 4000, ROWS), unit="D")
    born = pd.Timestamp("1940-02-28") + pd.to_timedelta(rng.integers(0, 24000, ROWS), unit="D")
    last = joined + pd.to_timedelta(rng.integers(0, 900, ROWS), unit="D")
    return pd.DataFrame(
        {
            "joined": joined,
            "born": born,
            "last_seen": pd.Series(_missing(rng, list(last), 0.2, pd.NaT)),
            "visits": rng.integers(0, 50, ROWS),
        }
    )


def sales(seed):
    """Of shops, as read from CSV: dates and prices are text."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 1500, ROWS), unit="D")
    prices = [f"${price:,.2f}" for price in rng.lognormal(6, 1.2, ROWS)]
    return pd.DataFrame(
        {
            "date": [day.strftime("%Y-%m-%d") for day in days],
            "store": rng.integers(1, 11, ROWS),
            "item": _choice(rng, ["A-100-red", "B-20-blue", "C-7-green"]),
            "price": prices,
            "quantity": rng.integers(0, 12, ROWS),
            "discount": _missing(rng, rng.uniform(0, 0.5, ROWS).round(2), 0.2, np.nan),
            "promo": _choice(rng, ["yes", "no", "Y", "N"], 0.1),
        }
    )


def reviews(seed):
    """Texts beside numbers."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "title": _choice(rng, TITLES, 0.1),
            "body": _choice(rng, WORDS),
            "stars": rng.integers(1, 6, ROWS),
            "votes": rng.poisson(2, ROWS),
        }
    )


def documents(seed):
    """An array [40] of texts."""
    return np.array(_choice(np.random.default_rng(seed), WORDS), dtype=object)


def bodies(seed):
    """A Series of texts."""
    return reviews(seed)["body"]


def names(seed):
    """A Series of names."""
    return passengers(seed)["Name"]


def cabins(seed):
    """A Series of cabins, mostly missing."""
    return passengers(seed)["Cabin"]


def pickups(seed):
    """A Series of times."""
    return trips(seed)["pickup"]


def ages(seed):
    """A Series of ages with gaps."""
    return passengers(seed)["Age"]


def fares(seed):
    """A Series of fares."""
    return passengers(seed)["Fare"]
