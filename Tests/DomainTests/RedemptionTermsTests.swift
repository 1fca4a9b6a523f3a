import Domain
import Testing

@Suite struct RedemptionTermsTests {
    @Test func `shares are rounded down and the parts add up`() throws {
        let terms = try #require(
            RedemptionTerms(feeFixed: 10, feeBasisPoints: 50, communityBasisPoints: 133)
        )
        let split = try #require(terms.split(4000))
        #expect(split.fee == 30 && split.communityShare == 53 && split.net == 3917)
        for amount in Int64(1)...2_000 {
            guard let split = terms.split(amount) else { continue }
            #expect(split.fee + split.communityShare + split.net == amount)
            #expect(split.net > 0)
        }
    }

    @Test func `nothing is paid when nothing is left`() throws {
        let terms = try #require(
            RedemptionTerms(feeFixed: 10, feeBasisPoints: 0, communityBasisPoints: 0)
        )
        #expect(terms.split(10) == nil)
        #expect(terms.split(11)?.net == 1)
        #expect(RedemptionTerms.free.split(1)?.net == 1)
        #expect(RedemptionTerms.free.split(0) == nil)
    }

    @Test func `the largest amount is divided exactly`() throws {
        let terms = try #require(
            RedemptionTerms(feeFixed: 0, feeBasisPoints: 9_998, communityBasisPoints: 1)
        )
        let split = try #require(terms.split(9_007_199_254_740_991))
        #expect(split.fee == 9_005_397_814_890_042)
        #expect(split.communityShare == 900_719_925_474)
    }

    @Test func `terms that could leave nothing are none`() {
        #expect(
            RedemptionTerms(feeFixed: 0, feeBasisPoints: 5_000, communityBasisPoints: 5_000) == nil
        )
        #expect(RedemptionTerms(feeFixed: -1, feeBasisPoints: 0, communityBasisPoints: 0) == nil)
        #expect(RedemptionTerms(feeFixed: 0, feeBasisPoints: -1, communityBasisPoints: 0) == nil)
    }
}
