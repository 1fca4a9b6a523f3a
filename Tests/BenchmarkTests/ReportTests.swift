import Testing

@testable import Benchmarks

@Suite struct ReportTests {
    @Test func `the median of an even number of rounds lies between the two in the middle`() {
        let spread = Spread([4, 1, 3, 2])
        #expect(spread?.median == 2.5)
        #expect(spread?.min == 1)
        #expect(spread?.max == 4)
        #expect(spread?.rounds == [4, 1, 3, 2])
        #expect(Spread([]) == nil)
    }

    @Test func `a percentile lies between its two nearest ranks`() {
        let values = (0...100).map(Double.init)
        #expect(Spread.percentile(99, of: values.reversed()) == 99)
        #expect(Spread.percentile(50, of: [10]) == 10)
        #expect(Spread.percentile(75, of: [0, 10]) == 7.5)
    }

    @Test func `less is better of the slow-down, more of all others`() {
        #expect(Ratio.transfersPerTpcb.isMet(by: 3))
        #expect(!Ratio.transfersPerTpcb.isMet(by: 2.99))
        #expect(Ratio.slowdownTenMillion.isMet(by: 1.29))
        #expect(!Ratio.slowdownTenMillion.isMet(by: 1.3))
    }

    @Test func `what pgbench prints is read`() throws {
        let report = try PgBench.report(
            """
            transaction type: <builtin: TPC-B (sort of)>
            number of transactions actually processed: 6021
            number of failed transactions: 0 (0.000%)
            latency average = 7.970 ms
            tps = 2007.493116 (without initial connection time)
            """
        )
        #expect(report.perSecond == 2007.493116)
        #expect(report.transactions == 6021)
    }

    @Test func `failed transactions are no result`() {
        #expect(throws: BenchmarkFailure.self) {
            try PgBench.report(
                """
                number of transactions actually processed: 10
                number of failed transactions: 3 (30.000%)
                tps = 5.0 (without initial connection time)
                """
            )
        }
    }
}
