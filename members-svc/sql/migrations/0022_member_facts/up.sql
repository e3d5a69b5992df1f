-- What campaigns and segments ask of a member beside orders.

-- Attributes, as the customer's systems and campaigns set them; an empty value is a tag. No personal
-- data: what identifies a person has its place in the sealed profile.
CREATE TABLE member_attributes (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
  program_id uuid NOT NULL,
  value text NOT NULL CHECK (char_length(value) <= 128),
  update_us bigint NOT NULL CHECK (update_us > 0),
  PRIMARY KEY (bucket, member_id, name)
);
GRANT SELECT, INSERT, UPDATE (value, update_us), DELETE ON member_attributes TO {app};

-- Who is in which segment, since when.
CREATE TABLE segment_members (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  segment_id uuid NOT NULL,
  program_id uuid NOT NULL,
  enter_us bigint NOT NULL CHECK (enter_us > 0),
  PRIMARY KEY (bucket, member_id, segment_id)
);
CREATE INDEX segment_members_of ON segment_members (segment_id, member_id);
GRANT SELECT, INSERT, DELETE ON segment_members TO {app};
