-- Which links to another telephone wait for a second person's word; the telephone and the reason are shown where they are agreed to.
CREATE VIEW pub_link_asks AS SELECT subject, asked_by, asked_at FROM link_asks;
