"""The raw material of the sample people: names, nicknames, places and streets.

Names are among the commonest of the United States; the places exist, with real ZIP codes and area
codes. Nothing here belongs to anyone.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WOMEN = _words("""
Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Karen Sarah Lisa Nancy Sandra Betty Ashley
Emily Kimberly Margaret Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia
Dorothy Amy Kathleen Angela Shirley Emma Brenda Pamela Nicole Anna Samantha Katherine Christine Debra
Rachel Carolyn Janet Maria Olivia Heather Helen Catherine Diane Julie Victoria Joyce Lauren Kelly
Christina Ruth Joan Virginia Judith Evelyn Hannah Andrea Megan Cheryl Jacqueline Madison Teresa Abigail
Sophia Martha Sara Gloria Janice Kathryn Ann Isabella Judy Charlotte Julia Theresa Amber Alice Jean
Denise Frances Danielle Marilyn Natalie Beverly Diana Brittany Alexis Kayla Lori Guadalupe Rosa Zoë
Ximena Latoya Ebony Tamika Thuy Mei Priya Fatima Inés Renée
""")

MEN = _words("""
James Robert John Michael David William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony
Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan
Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander
Frank Patrick Raymond Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Douglas Zachary Peter Kyle
Ethan Walter Noah Jeremy Christian Keith Roger Terry Austin Sean Gerald Carl Harold Dylan Arthur Lawrence
Jordan Jesse Bryan Billy Bruce Gabriel Joe Logan Alan Juan Willie Elijah Randy Roy Vincent Ralph Eugene
Russell Bobby Mason Philip Louis Luis Carlos José Miguel Jesús DeShawn Tyrone Minh Wei Rahul Omar André
""")

#: Commonest first: the drawing prefers the head of the list, as life does.
SURNAMES = _words("""
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis
Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall
Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes
Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard
Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price
Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell
Coleman Butler Henderson Barnes Gonzales Fisher Vasquez Simmons Romero Jordan Patterson Alexander Hamilton
Graham Reynolds Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar
Stevens Murray Ford Castro Marshall Owens Harrison Fernandez McDonald Woods Washington Kennedy Wells Vargas
O'Brien O'Connor McCarthy MacDonald D'Angelo DeLuca VanDyke Núñez Muñoz St.Clair Garcia-Lopez Smith-Jones
""")

#: Rarer surnames are put together from these halves: Ashford, Thornwell, Blackmore ...
SURNAME_HEADS = _words("""
Ash Black Brad Brook Bur Carl Clay Cran Dan Dray East Elm Fair Glen Haw Hart Holl Kirk Lang Lock Marl
Mill Nor Oak Pem Pres Quin Rad Rock Rush Sher Stan Stock Strat Thorn Till Under Wake Wind Wyn
""")
SURNAME_TAILS = _words("ford ley ton wood field well man worth more bury ham wick stead by")

NICKNAMES: dict[str, tuple[str, ...]] = {
    "Abigail": ("Abby",), "Alexander": ("Alex", "Xander"), "Amanda": ("Mandy",), "Andrew": ("Andy", "Drew"),
    "Angela": ("Angie",), "Anthony": ("Tony",), "Barbara": ("Barb",), "Benjamin": ("Ben",),
    "Beverly": ("Bev",), "Catherine": ("Cathy", "Kate"), "Charles": ("Charlie", "Chuck"),
    "Christina": ("Tina",), "Christine": ("Chris",), "Christopher": ("Chris",), "Cynthia": ("Cindy",),
    "Daniel": ("Dan", "Danny"), "David": ("Dave",), "Deborah": ("Deb", "Debbie"), "Debra": ("Deb",),
    "Donald": ("Don",), "Dorothy": ("Dot", "Dottie"), "Douglas": ("Doug",), "Edward": ("Ed", "Ted"),
    "Elizabeth": ("Liz", "Beth", "Betty", "Eliza"), "Eugene": ("Gene",), "Frances": ("Fran",),
    "Gerald": ("Jerry",), "Gregory": ("Greg",), "Harold": ("Hal",), "Henry": ("Hank",),
    "Jacob": ("Jake",), "Jacqueline": ("Jackie",), "James": ("Jim", "Jimmy"), "Janet": ("Jan",),
    "Jeffrey": ("Jeff",), "Jennifer": ("Jen", "Jenny"), "Jessica": ("Jess",), "Jonathan": ("Jon",),
    "Joseph": ("Joe",), "Joshua": ("Josh",), "Judith": ("Judy",), "Katherine": ("Kate", "Kathy", "Katie"),
    "Kathleen": ("Kathy",), "Kathryn": ("Kathy",), "Kenneth": ("Ken",), "Kimberly": ("Kim",),
    "Lawrence": ("Larry",), "Margaret": ("Peggy", "Maggie", "Meg"), "Matthew": ("Matt",),
    "Michael": ("Mike",), "Nathan": ("Nate",), "Nicholas": ("Nick",), "Pamela": ("Pam",),
    "Patricia": ("Pat", "Patty", "Trish"), "Patrick": ("Pat",), "Peter": ("Pete",), "Philip": ("Phil",),
    "Raymond": ("Ray",), "Rebecca": ("Becky",), "Richard": ("Rick", "Dick", "Rich"),
    "Robert": ("Bob", "Rob", "Bobby"), "Ronald": ("Ron",), "Samantha": ("Sam",), "Samuel": ("Sam",),
    "Sandra": ("Sandy",), "Stephanie": ("Steph",), "Stephen": ("Steve",), "Steven": ("Steve",),
    "Susan": ("Sue", "Susie"), "Teresa": ("Terry",), "Theresa": ("Terri",), "Thomas": ("Tom", "Tommy"),
    "Timothy": ("Tim",), "Victoria": ("Vicky",), "Vincent": ("Vince",), "Virginia": ("Ginny",),
    "Walter": ("Walt",), "William": ("Bill", "Will", "Billy"), "Zachary": ("Zach",),
}  # fmt: skip

#: City, state | ZIP codes | area codes.
_PLACES = """
Newark, NJ | 07102 07103 07104 07105 07106 | 973 862
Jersey City, NJ | 07302 07304 07305 07306 | 201 551
Paterson, NJ | 07501 07502 07503 | 973 862
Elizabeth, NJ | 07201 07202 07206 | 908
Trenton, NJ | 08608 08609 08611 | 609 640
Camden, NJ | 08102 08103 08104 | 856
Toms River, NJ | 08753 08755 08757 | 732 848
Boston, MA | 02108 02115 02118 02127 02130 | 617 857
Worcester, MA | 01602 01603 01604 01605 | 508 774
Springfield, MA | 01104 01108 01109 | 413
Lowell, MA | 01850 01851 01852 | 978 351
Waltham, MA | 02451 02453 | 781 339
Hartford, CT | 06105 06106 06112 06114 | 860 959
New Haven, CT | 06511 06513 06515 | 203 475
Brooklyn, NY | 11201 11209 11215 11226 | 718 347 929
Buffalo, NY | 14207 14209 14213 14216 | 716
Rochester, NY | 14607 14609 14611 | 585
Albany, NY | 12203 12206 12208 | 518 838
Syracuse, NY | 13203 13204 13206 | 315 680
Philadelphia, PA | 19103 19104 19111 19125 19147 | 215 267 445
Pittsburgh, PA | 15206 15212 15217 15221 | 412 878
Allentown, PA | 18102 18103 18104 | 610 484
Erie, PA | 16502 16504 16509 | 814 582
Scranton, PA | 18504 18505 18508 | 570 272
Harrisburg, PA | 17102 17104 17110 | 717 223
Columbus, OH | 43201 43206 43214 43229 | 614 380
Cleveland, OH | 44102 44109 44111 44113 | 216
Cincinnati, OH | 45202 45208 45211 | 513
Toledo, OH | 43606 43612 43614 | 419 567
Akron, OH | 44303 44305 44313 | 330 234
Detroit, MI | 48202 48207 48219 | 313
Grand Rapids, MI | 49503 49504 49506 | 616
Lansing, MI | 48910 48911 48912 | 517
Ann Arbor, MI | 48103 48104 48105 | 734
Charlotte, NC | 28202 28205 28210 28215 | 704 980
Raleigh, NC | 27601 27604 27609 | 919 984
Greensboro, NC | 27401 27403 27405 | 336 743
Asheville, NC | 28801 28803 28806 | 828
Atlanta, GA | 30305 30308 30312 30318 | 404 470 678
Savannah, GA | 31401 31404 31405 | 912
Macon, GA | 31201 31204 31210 | 478
Miami, FL | 33125 33130 33133 33145 | 305 786
Tampa, FL | 33602 33606 33609 33611 | 813 656
Orlando, FL | 32801 32803 32806 | 407 689
Jacksonville, FL | 32205 32207 32210 | 904
Fort Lauderdale, FL | 33301 33304 33312 | 954 754
Chicago, IL | 60608 60614 60625 60647 | 312 773 872
Springfield, IL | 62702 62703 62704 | 217 447
Peoria, IL | 61603 61604 61614 | 309
Houston, TX | 77004 77008 77019 | 713 281 832
Dallas, TX | 75204 75206 75214 | 214 469 972
Austin, TX | 78702 78704 78745 | 512 737
San Antonio, TX | 78201 78209 78212 | 210 726
Los Angeles, CA | 90004 90019 90026 | 213 323
San Diego, CA | 92103 92104 92115 | 619 858
Sacramento, CA | 95814 95816 95818 | 916 279
Oakland, CA | 94601 94606 94611 | 510 341
St. Louis, MO | 63104 63109 63116 | 314
Phoenix, AZ | 85006 85014 85016 | 602
Tucson, AZ | 85705 85711 85716 | 520
Seattle, WA | 98103 98115 98118 | 206
Spokane, WA | 99201 99203 99205 | 509
"""


def _place(line: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    name, zips, area_codes = line.split(" | ")
    city, state = name.split(", ")
    return city, state, tuple(zips.split()), tuple(area_codes.split())


#: City, state, its ZIP codes, its area codes.
PLACES = tuple(_place(line) for line in _PLACES.strip().splitlines())

STREETS = _words("""
Main Oak Maple Cedar Pine Elm Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset
Railroad Jackson Cherry Franklin River Lincoln Highland Center Park Jefferson Chestnut Adams Birch Madison
Prospect Meadow Locust Hickory Forest Dogwood Magnolia Cypress Garfield Union Monroe Bayview
Juniper Valley Orchard Sycamore Laurel Clinton Grant Pearl Holly School Summit Evergreen
""")

#: How the voter file writes a street's suffix, and how people write it.
STREET_SUFFIXES: dict[str, tuple[str, ...]] = {
    "ST": ("St", "Street", "St."),
    "AVE": ("Ave", "Avenue", "Ave.", "Av"),
    "RD": ("Rd", "Road", "Rd."),
    "DR": ("Dr", "Drive", "Dr."),
    "LN": ("Ln", "Lane"),
    "CT": ("Ct", "Court"),
    "BLVD": ("Blvd", "Boulevard", "Blvd."),
    "PL": ("Pl", "Place"),
    "TER": ("Ter", "Terrace"),
    "WAY": ("Way",),
}
DIRECTIONS: dict[str, tuple[str, ...]] = {
    "N": ("N", "North", "N."),
    "S": ("S", "South", "S."),
    "E": ("E", "East", "E."),
    "W": ("W", "West", "W."),
}
