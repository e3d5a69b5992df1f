#include "cli/import/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace laurel::import {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Row {
  int64_t row;
  std::vector<std::string> fields;
  std::string problem;
};

std::vector<Row> RowsOf(std::string_view text) {
  auto reader = CsvReader::Open(text);
  EXPECT_TRUE(reader.ok()) << reader.status();
  std::vector<Row> rows;
  Record record;
  while (reader->Next(&record)) {
    rows.push_back({record.row, {record.fields.begin(), record.fields.end()}, record.problem});
  }
  return rows;
}

TEST(Csv, QuotesCommasAndLineEndsInsideFields) {
  const auto rows = RowsOf("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",\"\"\n");
  ASSERT_EQ(rows.size(), 2);
  EXPECT_THAT(rows[0].fields, ElementsAre("x, y", "say \"hi\""));
  EXPECT_THAT(rows[1].fields, ElementsAre("two\r\nlines", ""));
  EXPECT_EQ(rows[1].row, 3);
  EXPECT_THAT(rows[1].problem, IsEmpty());
}

TEST(Csv, ByteOrderMarkCrlfAndBlankRows) {
  const auto rows = RowsOf(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n\r\n3,4\r\n\r\n");
  ASSERT_EQ(rows.size(), 2);
  EXPECT_THAT(rows[0].fields, ElementsAre("1", "2"));
  EXPECT_THAT(rows[1].fields, ElementsAre("3", "4"));
  EXPECT_EQ(rows[1].row, 4);
}

TEST(Csv, AStrayQuoteCostsItsOwnLine) {
  for (const std::string bad : {"\"open,2", "x\"y,2", "\"a\"b,2", "\"open", "1,\"2"}) {
    const auto rows = RowsOf("a,b\n1,2\n" + bad + "\n3,4\n5,6\n");
    ASSERT_EQ(rows.size(), 4) << bad;
    EXPECT_THAT(rows[1].problem, Not(IsEmpty())) << bad;
    EXPECT_THAT(rows[2].fields, ElementsAre("3", "4")) << bad;
    EXPECT_THAT(rows[2].problem, IsEmpty()) << bad;
    EXPECT_EQ(rows[3].row, 5) << bad;
  }
}

TEST(Csv, ARowOverSeveralLinesCanBeTakenBack) {
  auto reader = CsvReader::Open("a,b\n\"x,1\n2,3\ny\",4\n5,6\n");
  Record record;
  ASSERT_TRUE(reader->Next(&record));
  EXPECT_THAT(record.fields, ElementsAre("x,1\n2,3\ny", "4"));
  reader->CutBack("a problem", &record);
  EXPECT_EQ(record.raw, "\"x,1");
  EXPECT_EQ(record.problem, "a problem");
  ASSERT_TRUE(reader->Next(&record));
  EXPECT_THAT(record.fields, ElementsAre("2", "3"));
  EXPECT_THAT(record.problem, IsEmpty());
  ASSERT_TRUE(reader->Next(&record));
  EXPECT_THAT(record.problem, Not(IsEmpty()));
  ASSERT_TRUE(reader->Next(&record));
  EXPECT_EQ(record.row, 5);
}

TEST(Csv, ColumnCount) {
  const auto rows = RowsOf("a,b\n1\n1,2,3\n1,\n");
  EXPECT_EQ(rows[0].problem, "has 1 columns where the header has 2");
  EXPECT_EQ(rows[1].problem, "has 3 columns where the header has 2");
  EXPECT_THAT(rows[2].fields, ElementsAre("1", ""));
}

TEST(Csv, Encoding) {
  const auto rows = RowsOf(
      "a,b\nGr\xFC\xDF"
      "e,1\nGrüße €𝄞,2\nx\x01,3\n\xED\xA0\x80,4\n\xC0\xAF,5\n");
  ASSERT_EQ(rows.size(), 5);
  EXPECT_EQ(rows[0].problem, "is not UTF-8 (byte 3 of the row)");
  EXPECT_THAT(rows[1].problem, IsEmpty());
  EXPECT_THAT(rows[2].problem, HasSubstr("control character"));
  EXPECT_THAT(rows[3].problem, HasSubstr("not UTF-8"));
  EXPECT_THAT(rows[4].problem, HasSubstr("not UTF-8"));
}

TEST(Csv, EndOfFile) {
  auto reader = CsvReader::Open("a,b\n1,2\n3,4");
  Record record;
  ASSERT_TRUE(reader->Next(&record));
  EXPECT_FALSE(record.at_end);
  ASSERT_TRUE(reader->Next(&record));
  EXPECT_TRUE(record.at_end);
  EXPECT_EQ(record.raw, "3,4");
  EXPECT_FALSE(reader->Next(&record));
}

TEST(Csv, FilesThatAreNoneOfThis) {
  for (const std::string& text :
       {std::string(),
        std::string("\xFF\xFE"
                    "a\0,\0b\0",
                    8),
        std::string("a,a\n1,2\n"), std::string("\"a,b\n"), std::string("a\xFF,b\n")}) {
    EXPECT_EQ(CsvReader::Open(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(Csv, ColumnsByNameInAnyOrder) {
  auto reader = CsvReader::Open("b,x,a\n");
  EXPECT_THAT(*reader->Columns({"a", "b"}), ElementsAre(2, 0));
  EXPECT_THAT(std::string(reader->Columns({"a", "c", "d"}).status().message()),
              HasSubstr("the header lacks columns c, d"));
}

TEST(Csv, FieldsForWriting) {
  EXPECT_EQ(CsvField("plain"), "plain");
  EXPECT_EQ(CsvField("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
}

}  // namespace
}  // namespace laurel::import
