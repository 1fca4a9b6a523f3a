import Testing

@testable import QRCodes

/// The images of a code; that readers read them is for `make interop`.
@Suite struct QRMatrixTests {
    private let matrix: QRMatrix

    init() throws { matrix = try QRMatrix("wijkmunt:v1/till?t=0") }

    @Test func `a code has its finder patterns and light around it`() {
        #expect(matrix.width == 25)
        for (column, row) in [(0, 0), (matrix.width - 7, 0), (0, matrix.width - 7)] {
            #expect(matrix[column, row] && matrix[column + 6, row + 6])
            #expect(!matrix[column + 1, row + 1] && matrix[column + 3, row + 3])
        }
        #expect(!matrix[-1, 0] && !matrix[0, matrix.width])
    }

    @Test func `a text that fits in no code is refused`() {
        #expect(throws: QRMatrix.TooLong.self) {
            try QRMatrix(String(repeating: "ü", count: 3_000))
        }
    }

    @Test func `a PNG has its chunks and the size that was asked for`() {
        let png = matrix.png(scale: 3)
        let side = UInt8((25 + 8) * 3)
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(png[12..<16]) == Array("IHDR".utf8))
        #expect(Array(png[16..<24]) == [0, 0, 0, side, 0, 0, 0, side])
        let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
        #expect(Array(png.suffix(12)) == end)
    }

    @Test func `an SVG draws every dark module once`() {
        let lengths = matrix.svg.matches(of: #/h(\d+)v1/#).compactMap { Int($0.1) }
        let dark = (0..<25).reduce(0) { sum, row in
            sum + (0..<25).filter { matrix[$0, row] }.count
        }
        #expect(lengths.reduce(0, +) == dark)
        #expect(matrix.svg.contains("viewBox=\"0 0 33 33\""))
    }

    @Test func `the lines for a terminal have two rows each`() {
        let lines = matrix.halfBlocks.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 17 && lines.allSatisfy { $0.count == 33 })
        #expect(lines[0] == String(repeating: "█", count: 33)[...])
    }
}
