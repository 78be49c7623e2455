/* The room of operators: one file for each place of business. */
#include "domains/entities/entries.h"
#include "domains/entities/licences.h"
#include "domains/entities/relations.h"

#include "contracts/facts.h"

static const char area_of[] = "SELECT area FROM operators WHERE id = $1";

static enum err every_minute(struct req *rq)
{
	TRY(index_every_minute(rq));
	return completeness_every_minute(rq);
}

static const struct job_kind jobs[] = {
	{ "entities.import", import_job_prepare, import_job_run },
	{ "entities.index", NULL, index_job_run },
	{ "entities.completeness", NULL, completeness_job_run },
	{ 0 },
};

static const struct model *const models[] = { &operator_model, &file_entry_model, &licence_model,
	&relation_model, &merge_model, NULL };

const struct module entities = {
	.name = "entities",
	.routes = (const struct route[]){ { GET, "/operators", operator_list, OPERATOR_READ, NULL,
						  "Operators, to search in" },
		{ GET, "/operators/new", operator_new, OPERATOR_WRITE, NULL,
			"Form of a new operator" },
		{ POST, "/operators", operator_create, OPERATOR_WRITE, NULL,
			"Registers an operator", &operator_model },
		{ GET, "/operators/:id", operator_file, OPERATOR_READ, area_of,
			"The one file of an operator; ?at= a past day", NULL, &operator_model },
		{ GET, "/operators/:id/file.pdf", operator_print, OPERATOR_READ, area_of,
			"The one file, printed" },
		{ GET, "/operators/:id/edit", operator_edit, OPERATOR_WRITE, area_of,
			"Form to change an operator" },
		{ POST, "/operators/:id", operator_save, OPERATOR_WRITE, area_of,
			"Changes an operator", &operator_model },
		{ POST, "/operators/:id/close", operator_close, OPERATOR_WRITE, area_of,
			"Marks an operator as closed" },
		{ POST, "/operators/:id/reopen", operator_reopen, OPERATOR_WRITE, area_of,
			"Takes a closure back" },
		{ GET, "/operators/:id/poster", operator_poster, OPERATOR_READ, area_of,
			"The QR code for the door" },
		{ GET, "/operators/completeness", completeness_page, OPERATOR_READ, NULL,
			"How complete the files are, by town" },
		{ GET, "/operators/incomplete", incomplete_list, OPERATOR_READ, NULL,
			"Files that are not complete (area)" },
		{ GET, "/operators/:id/entries/new", entry_new, OPERATOR_WRITE, area_of,
			"Form of an entry of the file" },
		{ POST, "/operators/:id/entries", entry_create, OPERATOR_WRITE, area_of,
			"Adds an entry to the file", &file_entry_model },
		{ GET, "/operators/:id/entries/:id2", entry_page, OPERATOR_READ, area_of,
			"An entry of the file", NULL, &file_entry_model },
		{ POST, "/operators/:id/entries/:id2", entry_correct, OPERATOR_WRITE, area_of,
			"Corrects or withdraws an entry", &file_entry_model },
		{ GET, "/operators/:id/entries/:id2/file", entry_file, OPERATOR_READ, area_of,
			"What is attached to an entry" },
		{ GET, "/operators/licences", licence_list, OPERATOR_READ, NULL,
			"Licences that run out; ?which=expired" },
		{ GET, "/operators/:id/licences/new", licence_new, OPERATOR_WRITE, area_of,
			"Form of a licence" },
		{ POST, "/operators/:id/licences", licence_create, OPERATOR_WRITE, area_of,
			"Files a licence", &licence_model },
		{ GET, "/operators/:id/licences/:id2", licence_page, OPERATOR_READ, area_of,
			"A licence with its history", NULL, &licence_model },
		{ POST, "/operators/:id/licences/:id2", licence_save, OPERATOR_WRITE, area_of,
			"Changes, ends or withdraws a licence", &licence_model },
		{ GET, "/operators/:id/relations/new", relation_new, OPERATOR_WRITE, area_of,
			"Form of a relation to another operator" },
		{ POST, "/operators/:id/relations", relation_create, OPERATOR_WRITE, area_of,
			"Files a relation to another operator" },
		{ GET, "/operators/:id/relations/:id2", relation_page, OPERATOR_READ, area_of,
			"A relation with its history", NULL, &relation_model },
		{ POST, "/operators/:id/relations/:id2", relation_save, OPERATOR_WRITE, area_of,
			"Changes, ends or withdraws a relation" },
		{ GET, "/operators/doubles", doubles_page, OPERATOR_READ, NULL,
			"Files that may be one operator" },
		{ GET, "/operators/:id/merge", merge_form, OPERATOR_MERGE, area_of,
			"Form to merge a double" },
		{ POST, "/operators/:id/merge", merge_create, OPERATOR_MERGE, area_of,
			"Merges a double into another file" },
		{ POST, "/operators/:id/part", merge_undo, OPERATOR_MERGE, area_of,
			"Undoes a merge" },
		{ GET, "/operators/imports", import_page, OPERATOR_IMPORT, NULL,
			"Files of operators taken in" },
		{ POST, "/operators/imports", import_start, OPERATOR_IMPORT, NULL,
			"Takes a CSV file in" },
		{ GET, "/operators/imports/:id", import_result, OPERATOR_IMPORT, NULL,
			"How an import went" },
		{ GET, "/operators/imports/:id/rejected.csv", import_rejected, OPERATOR_IMPORT,
			NULL, "The rows that were not taken" },
		{ 0 } },
	.jobs = jobs,
	.every_minute = every_minute,
	.models = models,
	.tells = (const char *const[]){ OPERATOR_REGISTERED, OPERATOR_CHANGED, FILE_ENTRY_ADDED,
		FILE_ENTRY_CORRECTED, LICENCE_FILED, LICENCE_CHANGED, RELATION_FILED,
		RELATION_CHANGED, OPERATOR_MERGED, OPERATOR_PARTED, NULL },
	.nav = (const struct nav[]){ { "/operators", "Operators", OPERATOR_READ }, { 0 } },
	.objects = "SELECT sm3, sha256, id FROM operator_imports UNION ALL"
		   " SELECT sm3, sha256, id FROM file_entries WHERE sm3 <> ''",
};
