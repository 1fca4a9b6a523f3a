/// Why a rule refused; stable codes that an app explains in its holder's language.
package enum LocalityRefusal: String, Error, Sendable, CaseIterable {
    case shopPlaceUnverified = "shop-place-unverified"
    /// A market or mobile shop outside its opening times is nowhere.
    case shopClosed = "shop-closed"
    case shopOutsideGeofence = "shop-outside-geofence"
    case positionMissing = "position-missing"
    case positionMocked = "position-mocked"
    case positionTooOld = "position-too-old"
    /// The fix lies further in the future than clocks differ.
    case positionFromFuture = "position-from-future"
    case positionTooInaccurate = "position-too-inaccurate"
    case payerOutsideGeofence = "payer-outside-geofence"
    /// The accuracy circle crosses the boundary: come further in, or get a better fix.
    case payerNotSurelyInside = "payer-not-surely-inside"
    case payerTooFarFromShop = "payer-too-far-from-shop"
    case challengeMissing = "challenge-missing"
    case challengeTooOld = "challenge-too-old"
    case travelImplausible = "travel-implausible"
    /// Of a programme: its money is not for invoices.
    case notAtDistance = "not-at-distance"

    /// What it means for whoever wants to pay, in one language.
    package enum Language: String, Sendable, CaseIterable { case dutch = "nl", english = "en" }

    /// The reason in plain words: what is the matter, and what the payer or cashier can do.
    package func text(in language: Language) -> String {
        let (dutch, english) = texts
        return switch language {
        case .dutch: dutch
        case .english: english
        }
    }

    private var texts: (dutch: String, english: String) {
        switch self {
        case .shopPlaceUnverified:
            (
                "De plek van deze winkel is nog niet gecontroleerd. De winkelier kan de "
                    + "gemeenschap vragen om te komen kijken.",
                "Nobody has checked the place of this shop yet. The shopkeeper can ask the "
                    + "community to come and look."
            )
        case .shopClosed:
            (
                "Deze winkel of kraam is nu niet open op deze plek. Betaal tijdens de "
                    + "openingstijden.",
                "This shop or stall is not open at this place now. Pay during its opening times."
            )
        case .shopOutsideGeofence:
            (
                "Deze winkel ligt buiten het gebied waar deze munt geldt. Betaal hier op "
                    + "een andere manier.",
                "This shop is outside the area where this coin is valid. Pay in another way here."
            )
        case .positionMissing:
            (
                "Je telefoon stuurde geen locatie mee. Zet locatie aan voor deze app en "
                    + "probeer het opnieuw.",
                "Your phone sent no position. Allow this app to use your position and try again."
            )
        case .positionMocked:
            (
                "Je telefoon meldt dat de locatie nagebootst is. Zet de app die dat doet "
                    + "uit en probeer het opnieuw.",
                "Your phone says that its position is simulated. Turn off the app that "
                    + "does so and try again."
            )
        case .positionTooOld:
            (
                "De locatie van je telefoon is te oud. Wacht tot de telefoon je opnieuw "
                    + "heeft gevonden en probeer het opnieuw.",
                "The position of your phone is too old. Wait until the phone has found you "
                    + "again and try again."
            )
        case .positionFromFuture:
            (
                "De klok van je telefoon loopt voor. Zet de tijd op automatisch en probeer "
                    + "het opnieuw.",
                "The clock of your phone is ahead. Set its time to automatic and try again."
            )
        case .positionTooInaccurate:
            (
                "De locatie van je telefoon is te onnauwkeurig. Ga naar buiten of bij een "
                    + "raam staan en probeer het opnieuw.",
                "The position of your phone is not accurate enough. Go outside or to a "
                    + "window and try again."
            )
        case .payerOutsideGeofence:
            (
                "Je bent buiten het gebied waar deze munt geldt.",
                "You are outside the area where this coin is valid."
            )
        case .payerNotSurelyInside:
            (
                "Je staat zo dicht bij de grens dat niet zeker is of je binnen het gebied "
                    + "bent. Loop verder het gebied in of wacht op een betere locatie.",
                "You are so close to the border that it is not certain whether you are "
                    + "inside. Go further in or wait for a better position."
            )
        case .payerTooFarFromShop:
            (
                "Je bent te ver van de winkel om hier te betalen.",
                "You are too far from the shop to pay here."
            )
        case .challengeMissing:
            (
                "Deze munt vraagt dat je betaalt met de code op het scherm van de kassa. "
                    + "Vraag de winkel om de code te tonen.",
                "This coin asks that you pay with the code on the screen of the till. Ask "
                    + "the shop to show it."
            )
        case .challengeTooOld:
            (
                "De code op de kassa is te oud. Vraag de winkel om een nieuwe code.",
                "The code on the till is too old. Ask the shop for a new one."
            )
        case .travelImplausible:
            (
                "Met deze portemonnee is kort geleden te ver hiervandaan betaald. Probeer "
                    + "het later opnieuw, of meld het als jij dat niet was.",
                "This wallet paid too far from here a short while ago. Try again later, or "
                    + "report it if that was not you."
            )
        case .notAtDistance:
            (
                "Dit geld is niet voor betalen op afstand. Betaal in de winkel, of met ander "
                    + "geld.",
                "This money is not for paying from elsewhere. Pay in the shop, or with other "
                    + "money."
            )
        }
    }
}
