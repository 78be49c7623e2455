-- What a paper was made of ({"values": {..}}): for rooms that show a part of it outside, masked as their rule says.
CREATE VIEW pub_paper_texts AS SELECT id, content FROM papers;
